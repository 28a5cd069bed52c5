using System.Text.Unicode;

namespace Federation.Actors.Protocol;

/// <summary>Reads the records of one connection's data frames in place. Each becomes the entry that its envelope would have been.</summary>
/// <remarks>
/// One frame is read at a time: <see cref="Begin"/>, then <see cref="Read"/> until <see cref="IsEnded"/>. Never throws, whatever the
/// bytes. It allocates nothing for a record, and holds little between frames. Not thread-safe.
/// </remarks>
internal sealed class DataFrameReader(LoopGuard loops)
{
    /// <summary>Strings whose places are kept between frames.</summary>
    private const int KeptStrings = 16;

    private FrameString[] _strings = new FrameString[KeptStrings];
    private int _count;
    private int _at;
    private int _end;
    private bool _isAnswered;
    private long _next = 1;

    // Of the record before.
    private FrameString _id;
    private FrameString _subject;
    private FrameString _via;
    private long _number;
    private bool _hasNumber;

    public bool IsEnded => _at == _end;

    /// <summary>Begins a frame of kind <see cref="BatchFrame.Data"/> or <see cref="BatchFrame.Unanswered"/>.</summary>
    /// <param name="bytes">What it stands in.</param>
    /// <param name="from">Its first byte.</param>
    /// <param name="to">The byte behind it.</param>
    /// <returns>What is wrong with it; null: nothing.</returns>
    public string? Begin(byte[] bytes, int from, int to)
    {
        if (_strings.Length > KeptStrings)
        {
            _strings = new FrameString[KeptStrings];
        }

        (_count, _at, _end) = (0, from + 1, to);
        (_id, _subject, _via, _number, _hasNumber) = (default, default, default, 0, false);
        _isAnswered = bytes[from] == BatchFrame.Data;
        if (_isAnswered)
        {
            if (!BatchFrame.TryReadNumber(bytes.AsSpan(0, _end), ref _at, out var first))
            {
                return BatchFrame.CutShort;
            }

            if (first != _next)
            {
                return $"the first record of the frame is {first}, expected {_next}";
            }
        }

        return IsEnded ? "a data frame without a record" : null;
    }

    /// <summary>Reads the next record.</summary>
    /// <returns>What is wrong with it; null: nothing. Nothing of a frame can be read behind a fault.</returns>
    public string? Read(byte[] bytes, out EnvelopeEntry entry)
    {
        entry = new EnvelopeEntry { Type = EnvelopeType.Data, Form = EnvelopeForm.Record };
        var frame = bytes.AsSpan(0, _end);
        var start = _at;
        var flags = frame[_at++];
        if ((flags & ~BatchFrame.AllFlags) != 0)
        {
            return "a record with an unknown flag";
        }

        if ((_isAnswered ? ReadId(frame, flags, ref entry) : FaultOfIdless(flags)) is { } idFault)
        {
            return idFault;
        }

        if ((flags & BatchFrame.Subject) != 0 && ReadString(frame, Use.Text, ref _subject) is { } subjectFault)
        {
            return subjectFault;
        }

        if ((flags & BatchFrame.Via) != 0 && ReadString(frame, Use.Via, ref _via) is { } viaFault)
        {
            return viaFault;
        }

        (entry.SubjectOffset, entry.SubjectLength) = (_subject.Offset, _subject.Length);
        (entry.ViaOffset, entry.ViaLength, entry.Loop) = (_via.Offset, _via.Length, _via.Loop);
        entry.Form |= (flags & BatchFrame.HidesSubject) != 0 ? EnvelopeForm.HidesSubject : EnvelopeForm.Text;
        if ((flags & BatchFrame.Trace) != 0)
        {
            if (_end - _at < BatchFrame.TraceLength)
            {
                return BatchFrame.CutShort;
            }

            entry.TraceOffset = TraceParent.IsValidBinary(frame.Slice(_at, BatchFrame.TraceLength)) ? _at : 0;
            _at += BatchFrame.TraceLength;
        }

        return ReadPayload(frame, start, ref entry);
    }

    private static string? FaultOfIdless(byte flags) =>
        (flags & (BatchFrame.Id | BatchFrame.IdHasNumber)) == 0 ? null : "a record that gets no answer has an id";

    private string? ReadId(ReadOnlySpan<byte> frame, byte flags, ref EnvelopeEntry entry)
    {
        if ((flags & BatchFrame.Id) != 0)
        {
            if (ReadString(frame, Use.Text, ref _id) is { } fault)
            {
                return fault;
            }

            if (_id.Length == 0)
            {
                return "an id without a text";
            }

            (_hasNumber, _number) = ((flags & BatchFrame.IdHasNumber) != 0, 0);
            if (_hasNumber && !BatchFrame.TryReadNumber(frame, ref _at, out _number))
            {
                return BatchFrame.CutShort;
            }
        }
        else if (!_hasNumber || _number == long.MaxValue || (flags & BatchFrame.IdHasNumber) != 0)
        {
            return "a record whose id cannot be derived from the previous one";
        }
        else
        {
            _number++;
        }

        (entry.IdOffset, entry.IdLength, entry.Number) = (_id.Offset, _id.Length, _number);
        entry.Form |= _hasNumber ? EnvelopeForm.NumberedId : EnvelopeForm.Text;
        entry.Sequence = _next++;
        return null;
    }

    private string? ReadPayload(ReadOnlySpan<byte> frame, int start, ref EnvelopeEntry entry)
    {
        if (!BatchFrame.TryReadNumber(frame, ref _at, out var length) || length > _end - _at)
        {
            return BatchFrame.CutShort;
        }

        (entry.PayloadOffset, entry.PayloadLength) = (_at, (int)length);
        var payload = frame.Slice(_at, (int)length);
        _at += (int)length;
        entry.Length = _at - start;
        if (PayloadReader.IsJson(payload, EnvelopeReader.MaxDepth - 1))
        {
            // Blanks around a value are no part of it, in an envelope as here.
            entry.PayloadOffset += payload.IndexOfAnyExcept(" \t\r\n"u8);
            entry.PayloadLength = payload.Trim(" \t\r\n"u8).Length;
        }
        else
        {
            entry.Form |= EnvelopeForm.RawPayload;
        }

        return null;
    }

    private string? ReadString(ReadOnlySpan<byte> frame, Use use, ref FrameString found)
    {
        if (!BatchFrame.TryReadNumber(frame, ref _at, out var index))
        {
            return BatchFrame.CutShort;
        }

        if (index > _count)
        {
            return $"string {index} of {_count}";
        }

        if (index == 0)
        {
            if (!BatchFrame.TryReadNumber(frame, ref _at, out var length) || length > _end - _at)
            {
                return BatchFrame.CutShort;
            }

            if (_count == BatchFrame.MaxStrings)
            {
                return $"more than {BatchFrame.MaxStrings} strings";
            }

            if (_count == _strings.Length)
            {
                Array.Resize(ref _strings, _count * 4);
            }

            _strings[_count++] = new FrameString { Offset = _at, Length = (int)length };
            _at += (int)length;
            index = _count;
        }

        ref var known = ref _strings[index - 1];
        if ((known.Uses & use) != use && !TryUse(frame, use, ref known))
        {
            return use == Use.Via ? "a via that is not a list of node ids" : "an id or subject that is not valid inside a JSON string";
        }

        found = known;
        return null;
    }

    private bool TryUse(ReadOnlySpan<byte> frame, Use use, ref FrameString text)
    {
        var bytes = frame.Slice(text.Offset, text.Length);
        if (use == Use.Via ? !ViaIds.IsList(bytes) : !IsText(bytes))
        {
            return false;
        }

        text.Loop = use == Use.Via ? loops.Judge(new ViaIds(bytes)) : text.Loop;
        text.Uses |= use;
        return true;
    }

    /// <summary>Whether bytes may stand between the quotes of a JSON string.</summary>
    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOfAny((byte)'"', (byte)'\\') < 0 && bytes.IndexOfAnyInRange((byte)0, (byte)0x1F) < 0)
        {
            return Utf8.IsValid(bytes);
        }

        byte[] json = [(byte)'"', .. bytes, (byte)'"'];
        return PayloadReader.IsJson(json, maxDepth: 1);
    }

    [Flags]
    private enum Use : byte
    {
        None,
        Text,
        Via,
    }

    /// <summary>Where a string of the frame stands, and what it has been found fit for.</summary>
    private struct FrameString
    {
        public int Offset;
        public int Length;
        public Use Uses;
        public LoopVerdict Loop;
    }
}
