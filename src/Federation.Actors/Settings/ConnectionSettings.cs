using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Limits of every connection, accepted or dialled: <c>connection</c>.</summary>
public sealed record ConnectionSettings
{
    /// <summary>Maximum size of a received message. A larger message closes the connection with 1009.</summary>
    [Range("1KiB", "64MiB")] public long MaxMessageSize { get; init; } = 1024 * 1024;

    /// <summary>
    /// Whether two nodes exchange many messages and answers in one binary WebSocket message, with the subprotocol
    /// <c>federation.batch.v1</c>. A dialling component offers it, and an accepting one selects it. Other peers are not affected.
    /// </summary>
    public bool Batching { get; init; } = true;

    /// <summary>
    /// zlib level for batch frames, if both ends have agreed to compression: 1 is the fastest, 9 compresses best. Frames that do not
    /// become smaller are sent uncompressed.
    /// </summary>
    [Range(1, 9)] public int CompressionLevel { get; init; } = 2;

    /// <summary>Maximum time from the first to the last byte of a message. A slower message closes the connection with 1008.</summary>
    [Range("1s", "1h")] public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time without received data after which the node pings the peer.</summary>
    [Range("100ms", "30s")] public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Maximum time until the pong. The sum with <see cref="KeepAliveInterval"/> is limited to 30 seconds.</summary>
    [Range("100ms", "30s")] public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Maximum number of consecutive malformed messages. One more closes the connection with 1008.</summary>
    [Range(1, 1000000)] public int MaxParseErrors { get; init; } = 100;

    /// <summary>Maximum number of bytes of unread answers. If a peer exceeds it, the connection is closed with 1008.</summary>
    [Range("64KiB", "1GiB")] public long SendQueueBytes { get; init; } = 4 * 1024 * 1024;
}
