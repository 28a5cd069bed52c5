namespace Federation.Actors.Protocol;

/// <summary>The names of <see cref="NackReason"/> on the wire and in metrics, and a sentence for each.</summary>
internal static class NackReasons
{
    /// <summary>All reasons.</summary>
    public static readonly IReadOnlyList<NackReason> All = Enum.GetValues<NackReason>();

    /// <summary>The <c>reason</c> in a nack's payload.</summary>
    public static string Name(NackReason reason) => reason switch
    {
        NackReason.PublishFailed => "publish_failed",
        NackReason.QueueFull => "queue_full",
        NackReason.TooLarge => "too_large",
        NackReason.MissingPayload => "missing_payload",
        NackReason.Loop => "loop",
        NackReason.NotPermitted => "not_permitted",
        _ => "shutting_down",
    };

    /// <summary>The <c>error</c> in a nack's payload where the cause has nothing more exact to say.</summary>
    public static string Sentence(NackReason reason) => reason switch
    {
        NackReason.PublishFailed => "the bus refused the message",
        NackReason.QueueFull => "the queue is full",
        NackReason.TooLarge => "the payload is larger than the bus takes",
        NackReason.MissingPayload => "a data envelope needs a payload",
        NackReason.Loop => "the message has been here before",
        NackReason.NotPermitted => "the message may not be published there",
        _ => "the node is shutting down",
    };
}
