using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>The queue between the sockets and the bus: <c>backpressure</c>.</summary>
public sealed record BackpressureSettings
{
    /// <summary>Whether <see cref="OnFull"/> applies and <c>slow</c> signals are sent. If false, a full queue blocks without
    /// signals.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Maximum number of messages in the queue.</summary>
    [Range(1, 10000000)] public int QueueSize { get; init; } = 1000;

    /// <summary>Maximum number of bytes in the queue.</summary>
    [Range("64KiB", "64GiB")] public long QueueBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>What happens when a message arrives at a full queue.</summary>
    public OverflowPolicy OnFull { get; init; } = OverflowPolicy.DropOldest;

    /// <summary>Whether the node requests, with the method <c>backpressure</c>, that peers lower their rate to that of the bus when the
    /// queue fills. A peer that does not support it gets no further such request on its connection. Needs
    /// <c>bidirectional.enabled</c>.</summary>
    public bool RequestUpstream { get; init; }
}
