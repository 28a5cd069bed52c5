using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Limits of every connection, accepted or dialled: <c>connection</c>.</summary>
public sealed record ConnectionSettings
{
    /// <summary>Largest message that is read; a larger one closes the connection with 1009.</summary>
    [Range("1KiB", "64MiB")] public long MaxMessageSize { get; init; } = 1024 * 1024;

    /// <summary>
    /// Whether two nodes exchange many messages and answers in one binary WebSocket message, with the subprotocol
    /// <c>federation.batch.v1</c>. A dialling component offers it, an accepting one chooses it. Other peers are not affected.
    /// </summary>
    public bool Batching { get; init; } = true;

    /// <summary>
    /// Level of zlib for batch frames, where both ends have agreed to compression: 1 is the fastest, 9 the smallest. Frames that do not
    /// become smaller are sent as they are.
    /// </summary>
    [Range(1, 9)] public int CompressionLevel { get; init; } = 3;

    /// <summary>Time from the first to the last byte of a message; one that takes longer closes the connection with 1008.</summary>
    [Range("1s", "1h")] public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Silence after which the peer is pinged.</summary>
    [Range("100ms", "30s")] public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time that the pong may take. With <see cref="KeepAliveInterval"/> at most 30 seconds.</summary>
    [Range("100ms", "30s")] public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Malformed messages in a row before the connection is closed with 1008.</summary>
    [Range(1, 1000000)] public int MaxParseErrors { get; init; } = 100;

    /// <summary>Bytes of answers that a peer may leave unread before the connection is closed with 1008.</summary>
    [Range("64KiB", "1GiB")] public long SendQueueBytes { get; init; } = 4 * 1024 * 1024;
}
