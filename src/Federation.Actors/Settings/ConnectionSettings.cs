namespace Federation.Actors;

/// <summary>Bounds of every connection of a component, accepted or dialled: <c>connection</c>.</summary>
public sealed record ConnectionSettings
{
    /// <summary>Largest message read, in bytes, 1 KiB to 64 MiB; a larger one closes the connection with 1009. Default 1 MiB.</summary>
    public long MaxMessageSize { get; init; } = 1024 * 1024;

    /// <summary>
    /// Time from the first to the last byte of a message, 1 second to 1 hour; one that takes longer closes the connection with 1008. Default 2 minutes.
    /// </summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Silence after which the peer is pinged, 100 milliseconds to 30 seconds. Default 10 seconds.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time the pong has, 100 milliseconds to 30 seconds; with <see cref="KeepAliveInterval"/> at most 30 seconds. Default 10 seconds.
    /// </summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Malformed messages in a row before the connection is closed with 1008, 1 to 1000000. Default 100.</summary>
    public int MaxParseErrors { get; init; } = 100;

    /// <summary>Bytes of answers a peer may leave unread before the connection is closed with 1008, 64 KiB to 1 GiB. Default 4 MiB.</summary>
    public long SendQueueBytes { get; init; } = 4 * 1024 * 1024;
}
