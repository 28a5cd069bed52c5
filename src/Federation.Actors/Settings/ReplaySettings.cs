using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>The messages of each <c>nats</c> input that are kept for the method <c>replay</c>: <c>egress.replay</c>. Others replay from
/// their stream.</summary>
public sealed record ReplaySettings
{
    /// <summary>Messages kept. 0: none.</summary>
    [Range(0, 10000000)] public int Count { get; init; } = 1000;

    /// <summary>Bytes of payload kept.</summary>
    [Range("64KiB", "64GiB")] public long Bytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Time that a message is kept.</summary>
    [Range("1s", "7d")] public TimeSpan Age { get; init; } = TimeSpan.FromMinutes(5);
}
