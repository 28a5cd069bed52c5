using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace Federation.Actors.Protocol;

/// <summary>A trace context as text, <c>00-trace id-span id-flags</c>: <see
/// href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context</see>.</summary>
/// <remarks>Only version 00 is known; an invalid text counts as missing.</remarks>
internal static class TraceParent
{
    public const int Length = 55;

    public const string Name = "traceparent";

    private const int TraceBytes = 16;
    private const int SpanBytes = 8;
    private const int TraceStart = 3;
    private const int SpanStart = 36;
    private const int FlagsStart = 53;

    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    public static bool IsValid(ReadOnlySpan<byte> text) =>
        text.Length == Length
        && text.StartsWith("00-"u8)
        && text[SpanStart - 1] == '-'
        && text[FlagsStart - 1] == '-'
        && IsId(text[TraceStart..(SpanStart - 1)])
        && IsId(text[SpanStart..(FlagsStart - 1)])
        && !text[FlagsStart..].ContainsAnyExcept(LowerHex);

    /// <summary>Null when the text is invalid.</summary>
    public static string? Valid(string? text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        return text is { Length: Length } && Encoding.ASCII.TryGetBytes(text, bytes, out _) && IsValid(bytes) ? text : null;
    }

    public static bool IsSampled(ReadOnlySpan<byte> text) => (text[^1] is var last && last <= '9' ? last - '0' : last - 'a' + 10) % 2 == 1;

    public static string Of(in ActivityContext context) => $"00-{context.TraceId}-{context.SpanId}-01";

    /// <summary>Whether these 25 bytes of a batch frame are one: trace id, span id and flags, the ids not 0.</summary>
    public static bool IsValidBinary(ReadOnlySpan<byte> bytes) =>
        bytes[..TraceBytes].ContainsAnyExcept((byte)0) && bytes.Slice(TraceBytes, SpanBytes).ContainsAnyExcept((byte)0);

    /// <summary>The 25 bytes of a valid text.</summary>
    public static void WriteBinary(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        Convert.FromHexString(text.Slice(TraceStart, TraceBytes * 2), bytes, out _, out _);
        Convert.FromHexString(text.Slice(SpanStart, SpanBytes * 2), bytes[TraceBytes..], out _, out _);
        Convert.FromHexString(text[FlagsStart..], bytes[(TraceBytes + SpanBytes)..], out _, out _);
    }

    /// <summary>The text of 25 bytes.</summary>
    public static byte[] OfBinary(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetBytes(
        $"00-{Convert.ToHexStringLower(bytes[..TraceBytes])}-{Convert.ToHexStringLower(bytes.Slice(TraceBytes, SpanBytes))}"
        + $"-{bytes[TraceBytes + SpanBytes]:x2}");

    private static bool IsId(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(LowerHex) && text.ContainsAnyExcept((byte)'0');
}
