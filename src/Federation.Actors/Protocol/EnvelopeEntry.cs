using System.Runtime.InteropServices;

namespace Federation.Actors.Protocol;

/// <summary>Where the parts of one envelope stand in the bytes it was read from. 44 bytes.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct EnvelopeEntry
{
    /// <summary>Start of the id between its quotes, escapes as they stood.</summary>
    public int IdOffset;

    /// <summary>Bytes of the id; 0 when there is none.</summary>
    public int IdLength;

    public int PayloadOffset;

    /// <summary>Bytes of the payload; 0 when there is none (no JSON value is empty).</summary>
    public int PayloadLength;

    public int ViaOffset;

    /// <summary>Bytes of the array; 0 when there is none.</summary>
    public int ViaLength;

    /// <summary>Start of the message's own subject between its quotes, escapes as they stood.</summary>
    public int SubjectOffset;

    /// <summary>Bytes of the subject; 0 when there is none.</summary>
    public int SubjectLength;

    /// <summary>
    /// Start of the trace context between its quotes, <see cref="Protocol.TraceParent.Length"/> bytes; 0 when there is none that is valid.
    /// </summary>
    public int TraceOffset;

    public int Length;

    public EnvelopeType Type;

    public LoopVerdict Loop;

    public readonly bool HasId => IdLength > 0;

    /// <summary>True when there is a payload, <c>null</c> included.</summary>
    public readonly bool HasPayload => PayloadLength > 0;

    public readonly bool HasVia => ViaLength > 0;

    public readonly bool HasSubject => SubjectLength > 0;

    public readonly bool HasTrace => TraceOffset > 0;
}
