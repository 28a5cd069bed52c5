using System.Globalization;

namespace Federation.Actors.Nats;

/// <summary>What the reply subject of a message says of it: where it stands in its stream, and how often it was given out.</summary>
/// <remarks>
/// <code>
///   $JS.ACK.stream.consumer.delivered.stream-sequence.consumer-sequence.time.pending
///   $JS.ACK.domain.account.stream.consumer.delivered.stream-sequence.consumer-sequence.time.pending[.token]
/// </code>
/// </remarks>
/// <param name="Delivered">Times it was given out, this one included.</param>
/// <param name="Number">Its sequence number in the stream.</param>
/// <param name="Pending">Messages that the consumer has behind it.</param>
internal readonly record struct AckSubject(long Delivered, long Number, long Pending)
{
    private const int ShortForm = 9;
    private const int LongForm = 11;

    public static bool TryParse(ReadOnlySpan<char> subject, out AckSubject found)
    {
        Span<Range> tokens = stackalloc Range[LongForm + 2];
        var count = subject.Split(tokens, '.');
        var at = count == ShortForm ? 4 : count >= LongForm ? 6 : 0;
        found = default;
        if (at == 0 || !subject.StartsWith("$JS.ACK.", StringComparison.Ordinal)
            || !TryNumber(subject[tokens[at]], out var delivered) || !TryNumber(subject[tokens[at + 1]], out var number)
            || !TryNumber(subject[tokens[at + 4]], out var pending))
        {
            return false;
        }

        found = new AckSubject(delivered, number, pending);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
