namespace Federation.Actors.Protocol;

/// <summary>What an envelope is, from its <c>type</c> key.</summary>
internal enum EnvelopeType : byte
{
    /// <summary>None of the six names below.</summary>
    Unknown,
    Data,
    Request,
    Reply,
    Ack,
    Nack,
    Slow,
}
