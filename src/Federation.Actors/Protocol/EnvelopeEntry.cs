using System.Runtime.InteropServices;

namespace Federation.Actors.Protocol;

/// <summary>The places of one envelope's parts in the received bytes. 44 bytes. Texts are between their quotes, with unchanged escapes; a
/// length of 0 means that the part is missing.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct EnvelopeEntry
{
    public int IdOffset;

    public int IdLength;

    public int PayloadOffset;

    public int PayloadLength;

    public int ViaOffset;

    public int ViaLength;

    public int SubjectOffset;

    public int SubjectLength;

    /// <summary>Of <see cref="Protocol.TraceParent.Length"/> bytes; 0 without a valid trace context.</summary>
    public int TraceOffset;

    public int Length;

    public EnvelopeType Type;

    public LoopVerdict Loop;

    public readonly bool HasId => IdLength > 0;

    /// <summary><c>null</c> is a payload.</summary>
    public readonly bool HasPayload => PayloadLength > 0;

    public readonly bool HasVia => ViaLength > 0;

    public readonly bool HasSubject => SubjectLength > 0;

    public readonly bool HasTrace => TraceOffset > 0;
}
