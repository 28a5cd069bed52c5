namespace Federation.Actors;

/// <summary>The queue between the sockets and the bus: <c>backpressure</c>.</summary>
public sealed record BackpressureSettings
{
    /// <summary>Whether <see cref="OnFull"/> applies and slow signals are sent; otherwise a full queue blocks, silently. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Messages the queue holds, 1 to 10000000. Default 1000.</summary>
    public int QueueSize { get; init; } = 1000;

    /// <summary>Bytes the queue holds, 64 KiB to 64 GiB. Default 64 MiB.</summary>
    public long QueueBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>What happens to a message that finds the queue full. Default drop_oldest.</summary>
    public OverflowPolicy OnFull { get; init; } = OverflowPolicy.DropOldest;

    /// <summary>
    /// Whether peers are asked to send at the rate that the bus takes, by requests for the method <c>backpressure</c>, when the queue fills.
    /// Needs <c>bidirectional.enabled</c>. Default false.
    /// </summary>
    public bool RequestUpstream { get; init; }
}
