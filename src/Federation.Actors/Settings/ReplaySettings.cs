using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>The buffer of each <c>nats</c> input for the method <c>replay</c>: <c>egress.replay</c>. Other inputs replay from their
/// stream.</summary>
public sealed record ReplaySettings
{
    /// <summary>Maximum number of messages in the buffer. 0: no buffer.</summary>
    [Range(0, 10000000)] public int Count { get; init; } = 1000;

    /// <summary>Maximum bytes of payload in the buffer.</summary>
    [Range("64KiB", "64GiB")] public long Bytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Maximum age of a message in the buffer.</summary>
    [Range("1s", "7d")] public TimeSpan Age { get; init; } = TimeSpan.FromMinutes(5);
}
