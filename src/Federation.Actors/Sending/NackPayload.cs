using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

internal static class NackPayload
{
    private const int LongestReason = 64;

    public static string Reason(ReadOnlySpan<byte> payload) =>
        PayloadReader.Text(payload, "reason"u8) is { Length: <= LongestReason } reason ? reason : "";

    /// <summary>The reason as a metric's label. Peers may write anything, and each value of a label uses memory forever.</summary>
    public static string Label(string reason) =>
        NackReasons.All.Any(known => string.Equals(NackReasons.Name(known), reason, StringComparison.Ordinal)) ? reason : "other";
}
