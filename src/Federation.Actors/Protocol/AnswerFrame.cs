using System.Text;
using System.Text.Unicode;

namespace Federation.Actors.Protocol;

/// <summary>Reads and writes answer frames. Stateless.</summary>
internal static class AnswerFrame
{
    /// <returns>What is wrong with the frame; null: nothing.</returns>
    public static string? Read(ReadOnlySpan<byte> frame, List<AnswerRange> ranges)
    {
        var at = 1;
        do
        {
            if (!BatchFrame.TryReadNumber(frame, ref at, out var first) || !BatchFrame.TryReadNumber(frame, ref at, out var count)
                || at == frame.Length)
            {
                return BatchFrame.CutShort;
            }

            if (first == 0 || count == 0 || count > long.MaxValue - first)
            {
                return "a range without records, or beyond the last possible record";
            }

            var outcome = frame[at++];
            if (outcome == BatchFrame.Ack)
            {
                ranges.Add(new AnswerRange(first, count));
                continue;
            }

            if (outcome != BatchFrame.Nack)
            {
                return "an answer with an unknown outcome";
            }

            if (!TryReadText(frame, ref at, out var reason) || !TryReadText(frame, ref at, out var error))
            {
                return BatchFrame.CutShort;
            }

            if (reason.Length is 0 or > BatchFrame.MaxReason || !Utf8.IsValid(reason) || !Utf8.IsValid(error))
            {
                return "a nack whose reason or error is not a text";
            }

            ranges.Add(new AnswerRange(first, count, Encoding.UTF8.GetString(reason), Encoding.UTF8.GetString(error)));
        }
        while (at < frame.Length);
        return null;
    }

    /// <summary>Begins a frame; at least one range has to follow, and then the end of the message.</summary>
    public static void Begin(OutboundBuffer output)
    {
        output.GetSpan(1)[0] = BatchFrame.Answers;
        output.Advance(1);
    }

    public static void Write(OutboundBuffer output, in AnswerRange range)
    {
        var head = output.GetSpan((2 * BatchFrame.MaxNumber) + 1);
        var length = BatchFrame.WriteNumber(head, range.First);
        length += BatchFrame.WriteNumber(head[length..], range.Count);
        head[length++] = range.Reason is null ? BatchFrame.Ack : BatchFrame.Nack;
        output.Advance(length);
        if (range.Reason is { } reason)
        {
            WriteText(output, reason);
            WriteText(output, range.Error);
        }
    }

    private static bool TryReadText(ReadOnlySpan<byte> frame, ref int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!BatchFrame.TryReadNumber(frame, ref at, out var length) || length > frame.Length - at)
        {
            return false;
        }

        text = frame.Slice(at, (int)length);
        at += (int)length;
        return true;
    }

    private static void WriteText(OutboundBuffer output, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var to = output.GetSpan(BatchFrame.MaxNumber + length);
        var digits = BatchFrame.WriteNumber(to, length);
        Encoding.UTF8.GetBytes(text, to[digits..]);
        output.Advance(digits + length);
    }
}

/// <summary>Answers to consecutive records of a connection.</summary>
/// <param name="First">Number of the first record.</param>
/// <param name="Count">How many, at least one.</param>
/// <param name="Reason">The reason of a nack; null: an ack.</param>
/// <param name="Error">The sentence of a nack.</param>
internal readonly record struct AnswerRange(long First, long Count, string? Reason = null, string Error = "")
{
    /// <summary>The record behind the last.</summary>
    public long End => First + Count;
}
