namespace Federation.Actors.Protocol;

/// <summary>Why a data envelope was not published: the <c>reason</c> of a nack.</summary>
internal enum NackReason : byte
{
    /// <summary>The bus refused the message.</summary>
    PublishFailed,

    /// <summary>Evicted by drop_oldest or refused by drop_newest.</summary>
    QueueFull,

    /// <summary>The payload is over the bus server's maximum.</summary>
    TooLarge,

    /// <summary>A data envelope without a payload.</summary>
    MissingPayload,

    /// <summary>The message has been here before, or has passed too many nodes.</summary>
    Loop,

    /// <summary>The node stopped before the message could be published.</summary>
    ShuttingDown,

    /// <summary>The peer may not have the message published where it wants it.</summary>
    NotPermitted,
}
