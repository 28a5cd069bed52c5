using System.Text.Json;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Reads what a peer says when it nacks. Never throws, whatever the bytes.</summary>
internal static class NackPayload
{
    private const int LongestReason = 64;

    /// <summary>The text under <c>reason</c>; empty when there is none.</summary>
    public static string Reason(ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            if (payload.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return "";
            }

            var reason = "";
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isReason = reader.ValueTextEquals("reason"u8);
                reader.Read();
                if (isReason && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestReason)
                {
                    reason = reader.GetString()!;
                }

                reader.Skip();
            }

            return reason;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>The reason as a label: peers may write what they like, and each value costs memory for ever.</summary>
    public static string Label(string reason) =>
        reason is DropReason.Loop || NackReasons.All.Any(known => string.Equals(NackReasons.Name(known), reason, StringComparison.Ordinal)) ? reason : "other";
}
