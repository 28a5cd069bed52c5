using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>How a component with <c>ports.inputs</c> sends to each peer that has connected to it, or to the server it dials:
/// <c>egress</c>.</summary>
public sealed record EgressSettings
{
    /// <summary>When a message counts as delivered.</summary>
    public DeliveryMode Delivery { get; init; } = DeliveryMode.AtLeastOnce;

    /// <summary>Messages in flight to one peer: sent and not acked. 1 keeps the order also when messages are sent again.</summary>
    [Range(1, 100000)] public int MaxInFlight { get; init; } = 256;

    /// <summary>Bytes of payload in flight to one peer; a single message may be larger. At most half of
    /// <c>connection.send_queue_bytes</c>.</summary>
    [Range("64KiB", "1GiB")] public long WindowBytes { get; init; } = 1024 * 1024;

    /// <summary>Time that an ack may take before the message is sent again.</summary>
    [Range("10ms", "1h")] public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause before a message that the peer has nacked is sent again.</summary>
    [Range("1ms", "1h")] public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Times that a message is sent before it goes to <c>dead</c> below the subject of <c>ws_control</c>. 0: no limit.</summary>
    [Range(0, 1000000)] public int MaxDeliver { get; init; }

    /// <summary>Messages that wait for one peer; then the oldest is dropped. For <c>nats</c> inputs: a stream keeps its messages
    /// itself.</summary>
    [Range(1, 10000000)] public int QueueSize { get; init; } = 1000;

    /// <summary>Bytes of payload that wait for one peer. For <c>nats</c> inputs.</summary>
    [Range("64KiB", "64GiB")] public long QueueBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Time that messages for a peer with a name of its own are kept after it has gone. For <c>nats</c> inputs.</summary>
    [Range("0ms", "1d")] public TimeSpan PeerRetention { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Messages a second to one peer. 0: no limit.</summary>
    [Range(0, 1000000000)] public double MaxRate { get; init; }

    /// <summary>Messages a second to which <c>slow</c> signals of a peer may lower its rate.</summary>
    [Range(0.001, 1000000000)] public double MinRate { get; init; } = 1;

    /// <summary>Time that JetStream waits before it gives a message to another node because this one has gone. For <c>jetstream</c>
    /// inputs.</summary>
    [Range("1s", "1h")] public TimeSpan AckWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time after which JetStream deletes the durable consumer of a peer that does not come back, and with it the peer's
    /// position in the stream. 0: never. For <c>jetstream</c> inputs.</summary>
    [Range("0ms", "3650d")] public TimeSpan DurableExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether a peer that only claims its name (<c>auth.type = none</c>, no certificate) has a durable consumer although the
    /// component does not listen on a loopback address only. Otherwise it gets what is stored while it is connected. For <c>jetstream</c>
    /// inputs.</summary>
    public bool DurableUnverified { get; init; }

    /// <summary>Whether envelopes carry their NATS subject under the key <c>subject</c>.</summary>
    public bool Subject { get; init; } = true;

    /// <inheritdoc cref="ReplaySettings" />
    public ReplaySettings Replay { get; init; } = new();
}
