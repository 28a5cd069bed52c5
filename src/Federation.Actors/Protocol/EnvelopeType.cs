namespace Federation.Actors.Protocol;

internal enum EnvelopeType : byte
{
    Unknown,
    Data,
    Request,
    Reply,
    Ack,
    Nack,
    Slow,
}

internal static class EnvelopeTypes
{
    public static string Name(EnvelopeType type) => type switch
    {
        EnvelopeType.Data => "data",
        EnvelopeType.Request => "request",
        EnvelopeType.Reply => "reply",
        EnvelopeType.Ack => "ack",
        EnvelopeType.Nack => "nack",
        EnvelopeType.Slow => "slow",
        _ => "unknown",
    };

    public static EnvelopeType Parse(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("data"u8) ? EnvelopeType.Data
        : name.SequenceEqual("ack"u8) ? EnvelopeType.Ack
        : name.SequenceEqual("nack"u8) ? EnvelopeType.Nack
        : name.SequenceEqual("slow"u8) ? EnvelopeType.Slow
        : name.SequenceEqual("request"u8) ? EnvelopeType.Request
        : name.SequenceEqual("reply"u8) ? EnvelopeType.Reply
        : EnvelopeType.Unknown;
}
