using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>How a component with <c>ports.inputs</c> sends messages to each connected peer, or to the server that it dials:
/// <c>egress</c>.</summary>
public sealed record EgressSettings
{
    private const int DefaultWindow = 256;

    // At 100,000 messages a second these fill 80 ms.
    private const int BatchingWindow = 8192;

    /// <summary>When a message counts as delivered.</summary>
    public DeliveryMode Delivery { get; init; } = DeliveryMode.AtLeastOnce;

    /// <summary>Maximum number of messages in flight to one peer: sent but not acked. 1 keeps the order even if messages are resent.
    /// 0: 256, or 8192 on a link between two nodes with <c>connection.batching</c>.</summary>
    [Range(0, 100000)] public int MaxInFlight { get; init; }

    /// <summary>Maximum bytes of payload in flight to one peer; a single message may be larger. Limited to half of
    /// <c>connection.send_queue_bytes</c>.</summary>
    [Range("64KiB", "1GiB")] public long WindowBytes { get; init; } = 1024 * 1024;

    /// <summary>Time without an ack after which a message is resent.</summary>
    [Range("10ms", "1h")] public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Delay before a nacked message is resent.</summary>
    [Range("1ms", "1h")] public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Maximum number of deliveries of a message. After that it is published as a dead letter below the subject of
    /// <c>ws_control</c>. 0: no limit.</summary>
    [Range(0, 1000000)] public int MaxDeliver { get; init; }

    /// <summary>Maximum number of messages that wait for one peer. If it is exceeded, the oldest one is dropped. For <c>nats</c> inputs; a
    /// stream keeps its messages itself.</summary>
    [Range(1, 10000000)] public int QueueSize { get; init; } = 1000;

    /// <summary>Maximum bytes of payload that wait for one peer. For <c>nats</c> inputs.</summary>
    [Range("64KiB", "64GiB")] public long QueueBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Time for which messages are kept for a named peer after it has disconnected. For <c>nats</c> inputs.</summary>
    [Range("0ms", "1d")] public TimeSpan PeerRetention { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Maximum messages per second to one peer. 0: no limit.</summary>
    [Range(0, 1000000000)] public double MaxRate { get; init; }

    /// <summary>Lowest rate, in messages per second, to which <c>slow</c> signals of a peer can reduce its rate.</summary>
    [Range(0.001, 1000000000)] public double MinRate { get; init; } = 1;

    /// <summary>Time after which JetStream delivers an unacked message to another node, if this node is gone. For <c>jetstream</c>
    /// inputs.</summary>
    [Range("1s", "1h")] public TimeSpan AckWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time after which JetStream deletes the durable consumer of a peer that does not reconnect, and with it the peer's
    /// position in the stream. 0: never. For <c>jetstream</c> inputs.</summary>
    [Range("0ms", "3650d")] public TimeSpan DurableExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether a peer with an unverified name (<c>auth.type = none</c>, no certificate) gets a durable consumer even if the
    /// component listens on an address other than a loopback address. If false, such a peer gets only messages that are stored while it is
    /// connected. For <c>jetstream</c> inputs.</summary>
    public bool DurableUnverified { get; init; }

    /// <summary>Whether envelopes contain their NATS subject in the key <c>subject</c>.</summary>
    public bool Subject { get; init; } = true;

    /// <inheritdoc cref="ReplaySettings" />
    public ReplaySettings Replay { get; init; } = new();

    /// <summary>Of <see cref="MaxInFlight"/>, what applies to a connection.</summary>
    internal int WindowOf(bool isBatching) => MaxInFlight > 0 ? MaxInFlight : isBatching ? BatchingWindow : DefaultWindow;
}
