using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Federation.Actors.Protocol;

/// <summary>Writes messages to one connection as records of data frames.</summary>
/// <remarks>
/// A frame stays open in its buffer for further records until <see cref="End"/>, which has to come before anything else is written into
/// the buffer. Not thread-safe.
/// </remarks>
/// <param name="limit">Bytes of a frame with more than one record.</param>
internal sealed class DataFrameWriter(int limit)
{
    /// <summary>Records of a frame: what a pump hands over in one batch.</summary>
    internal const int MaxRecords = 512;

    // Flags, trace, and the numbers of a record: three strings, id and length.
    private const int HeadLength = 1 + BatchFrame.TraceLength + (5 * BatchFrame.MaxNumber);

    // An escape has up to 6 bytes for a character.
    private const int MostBytes = 6;

    // A via as it is written, and a subject before it is escaped, may be the same text.
    private readonly Dictionary<(string Text, bool IsVia), int> _strings = [];
    private OutboundSource? _source;
    private long _number;
    private string? _subject;
    private string? _via;
    private int _records;

    /// <summary>Adds a message to the open frame, or to a new one.</summary>
    /// <param name="output">The buffer.</param>
    /// <param name="message">The message.</param>
    /// <param name="sequence">Its number on the connection; 0: it gets no answer. Until <see cref="End"/> each follows the one
    /// before.</param>
    public void Write(OutboundBuffer output, OutboundMessage message, long sequence)
    {
        if (_records == MaxRecords || _strings.Count > BatchFrame.MaxStrings - 3
            || (_records > 0 && output.Unfinished + HeadLength + message.Payload.Length + NewStrings(message) > limit))
        {
            End(output);
        }

        if (_records == 0)
        {
            Begin(output, sequence);
        }

        var written = output.Unfinished;
        try
        {
            WriteRecord(output, message, isAnswered: sequence > 0);
            _records++;
        }
        catch
        {
            // Its strings may be in the table and not in the frame.
            output.DiscardUnfinished(except: _records > 0 ? written : 0);
            End(output);
            throw;
        }
    }

    /// <summary>Finishes the open frame, if there is one.</summary>
    public void End(OutboundBuffer output)
    {
        if (_records > 0)
        {
            output.EndMessage(isBinary: true);
            _records = 0;
        }
    }

    private void Begin(OutboundBuffer output, long sequence)
    {
        _strings.Clear();
        (_source, _number, _subject, _via) = (null, 0, null, null);
        var head = output.GetSpan(1 + BatchFrame.MaxNumber);
        head[0] = sequence > 0 ? BatchFrame.Data : BatchFrame.Unanswered;
        output.Advance(1 + (sequence > 0 ? BatchFrame.WriteNumber(head[1..], sequence) : 0));
    }

    private int NewStrings(OutboundMessage message) =>
        (ReferenceEquals(message.Subject, _subject) ? 0 : MostBytes * message.Subject.Length)
        + (ReferenceEquals(message.Via, _via) ? 0 : message.Via.Length) + (message.Source == _source ? 0 : message.Source.Prefix.Length);

    private void WriteRecord(OutboundBuffer output, OutboundMessage message, bool isAnswered)
    {
        var hasId = isAnswered && !(message.Number == _number + 1 && message.Source == _source);
        var hasSubject = !string.Equals(message.Subject, _subject, StringComparison.Ordinal);
        var hasVia = !string.Equals(message.Via, _via, StringComparison.Ordinal);
        var flags = (hasId ? BatchFrame.Id | BatchFrame.IdHasNumber : 0)
            | (hasSubject ? BatchFrame.Subject : 0)
            | (message.ShowsSubject ? 0 : BatchFrame.HidesSubject)
            | (hasVia ? BatchFrame.Via : 0)
            | (message.TraceParent is null ? 0 : BatchFrame.Trace);
        Put(output, (byte)flags);
        if (hasId)
        {
            if (TryRefer(output, message.Source.Name, isVia: false))
            {
                WriteString(output, message.Source.Prefix);
            }

            Number(output, message.Number);
        }

        if (hasSubject && TryRefer(output, message.Subject, isVia: false))
        {
            WriteString(output, JsonEncodedText.Encode(message.Subject, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        }

        if (hasVia && TryRefer(output, message.Via, isVia: true))
        {
            // Names of nodes are ASCII.
            Number(output, message.Via.Length);
            Encoding.ASCII.GetBytes(message.Via, output);
        }

        if (message.TraceParent is { } trace)
        {
            TraceParent.WriteBinary(trace, output.GetSpan(BatchFrame.TraceLength));
            output.Advance(BatchFrame.TraceLength);
        }

        WriteString(output, message.Payload.Span);
        (_source, _number, _subject, _via) = (message.Source, message.Number, message.Subject, message.Via);
    }

    /// <summary>Writes the number of a string.</summary>
    /// <returns>True when it is new in the frame, so that the string itself has to follow.</returns>
    private bool TryRefer(OutboundBuffer output, string text, bool isVia)
    {
        var isNew = _strings.TryAdd((text, isVia), _strings.Count + 1);
        Number(output, isNew ? 0 : _strings[(text, isVia)]);
        return isNew;
    }

    private static void WriteString(OutboundBuffer output, ReadOnlySpan<byte> bytes)
    {
        var to = output.GetSpan(BatchFrame.MaxNumber + bytes.Length);
        var length = BatchFrame.WriteNumber(to, bytes.Length);
        bytes.CopyTo(to[length..]);
        output.Advance(length + bytes.Length);
    }

    private static void Number(OutboundBuffer output, long value) =>
        output.Advance(BatchFrame.WriteNumber(output.GetSpan(BatchFrame.MaxNumber), value));

    private static void Put(OutboundBuffer output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
