using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>The queue between the sockets and the bus: <c>backpressure</c>.</summary>
public sealed record BackpressureSettings
{
    /// <summary>Whether <see cref="OnFull"/> applies and <c>slow</c> signals are sent; otherwise a full queue blocks, silently.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Messages that the queue holds.</summary>
    [Range(1, 10000000)] public int QueueSize { get; init; } = 1000;

    /// <summary>Bytes that the queue holds.</summary>
    [Range("64KiB", "64GiB")] public long QueueBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>What happens when a message arrives at a full queue.</summary>
    public OverflowPolicy OnFull { get; init; } = OverflowPolicy.DropOldest;

    /// <summary>Whether peers are asked, when the queue fills, to send at the rate of the bus, by requests for the method
    /// <c>backpressure</c>. A peer that does not obey is not asked again on its connection. Needs <c>bidirectional.enabled</c>.</summary>
    public bool RequestUpstream { get; init; }
}
