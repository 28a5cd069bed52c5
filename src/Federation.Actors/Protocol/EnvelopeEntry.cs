using System.Runtime.InteropServices;

namespace Federation.Actors.Protocol;

/// <summary>Where the parts of one envelope, or of one record of a batch frame, stand in the bytes it was read from. 64 bytes.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct EnvelopeEntry
{
    /// <summary>Number of a record on its connection, from 1, by which it is answered; 0: an envelope, or it gets no answer.</summary>
    public long Sequence;

    /// <summary>What the id ends with, of <see cref="EnvelopeForm.NumberedId"/>.</summary>
    public long Number;

    /// <summary>Start of the id between its quotes, escapes as they stood; of a numbered one, without the number.</summary>
    public int IdOffset;

    public int IdLength;

    public int PayloadOffset;

    /// <summary>Bytes of the payload; 0 when there is none (no JSON value is empty, other payloads may be).</summary>
    public int PayloadLength;

    public int ViaOffset;

    public int ViaLength;

    public int SubjectOffset;

    public int SubjectLength;

    /// <summary>
    /// Start of the trace context between its quotes, <see cref="Protocol.TraceParent.Length"/> bytes, or binary in a record; 0 when there
    /// is none that is valid.
    /// </summary>
    public int TraceOffset;

    public int Length;

    public EnvelopeType Type;

    public LoopVerdict Loop;

    public EnvelopeForm Form;

    public readonly bool IsRecord => (Form & EnvelopeForm.Record) == EnvelopeForm.Record;

    public readonly bool HasId => IdLength > 0;

    /// <summary>Whether it counts as answered once it is settled. A record without a number does, although no answer leaves.</summary>
    public readonly bool IsAnswerable => HasId || IsRecord;

    /// <summary><c>null</c> is a payload.</summary>
    public readonly bool HasPayload => PayloadLength > 0 || (Form & EnvelopeForm.RawPayload) == EnvelopeForm.RawPayload;

    public readonly bool HasVia => ViaLength > 0;

    public readonly bool HasSubject => SubjectLength > 0;

    public readonly bool HasTrace => TraceOffset > 0;
}

/// <summary>How the parts of an entry are written. Text: as those of an envelope.</summary>
[Flags]
internal enum EnvelopeForm : byte
{
    Text = 0,

    Record = 1,

    /// <summary>The id is a text and a number behind it.</summary>
    NumberedId = 2,

    /// <summary>The subject is no part of the envelope, except where the payload is wrapped.</summary>
    HidesSubject = 4,

    /// <summary>The payload is not JSON. Its envelope wraps it, see <see cref="RawData"/>.</summary>
    RawPayload = 8,
}
