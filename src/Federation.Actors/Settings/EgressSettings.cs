namespace Federation.Actors;

/// <summary>How a component with <c>ports.inputs</c> sends to each of its peers: <c>egress</c>.</summary>
public sealed record EgressSettings
{
    /// <summary>When a message counts as delivered. Default at-least-once.</summary>
    public DeliveryMode Delivery { get; init; } = DeliveryMode.AtLeastOnce;

    /// <summary>
    /// Messages on their way to one peer, 1 to 100000: sent and not acked. 1 keeps the order also when messages are sent again. Default 256.
    /// </summary>
    public int MaxInFlight { get; init; } = 256;

    /// <summary>Bytes of payload on their way to one peer, 64 KiB to 1 GiB; one message may be larger. Default 1 MiB.</summary>
    public long WindowBytes { get; init; } = 1024 * 1024;

    /// <summary>Time an ack has before the message is sent again, 10 milliseconds to 1 hour. Default 10 seconds.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause before a message that the peer has nacked is sent again, 1 millisecond to 1 hour. Default 1 second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Times a message is sent before it goes to <c>dead</c> below the subject of <c>ws_control</c>, 0 to 1000000; 0: for ever. Default 0.</summary>
    public int MaxDeliver { get; init; }

    /// <summary>Messages that wait for one peer, 1 to 10000000; then the oldest is dropped. For <c>nats</c> inputs. Default 1000.</summary>
    public int QueueSize { get; init; } = 1000;

    /// <summary>Bytes of payload that wait for one peer, 64 KiB to 64 GiB. For <c>nats</c> inputs. Default 16 MiB.</summary>
    public long QueueBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Time what waits for a peer with a lasting name is kept after it is gone, 0 to 1 day. For <c>nats</c> inputs. Default 5 minutes.</summary>
    public TimeSpan PeerRetention { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Messages a second to one peer at most, 0 to 1000000000; 0: no limit. Default 0.</summary>
    public double MaxRate { get; init; }

    /// <summary>Messages a second to which <c>slow</c> signals of a peer may lower its rate, 0.001 to 1000000000. Default 1.</summary>
    public double MinRate { get; init; } = 1;

    /// <summary>
    /// Time JetStream waits before it gives a message to another node because this one is gone, 1 second to 1 hour; this one keeps saying that it
    /// is at work. For <c>jetstream</c> inputs. Default 30 seconds.
    /// </summary>
    public TimeSpan AckWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time after which JetStream deletes the durable consumer of a peer that does not come back, and with it the peer's place in the stream,
    /// 0 to 3650 days; 0: never. For <c>jetstream</c> inputs. Default 7 days.
    /// </summary>
    public TimeSpan DurableExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Whether a peer that only claims its name (<c>auth.type = none</c>, no certificate) has a durable consumer although the component does not
    /// listen on a loopback address only. Otherwise it gets what is stored while it is connected. For <c>jetstream</c> inputs. Default false.
    /// </summary>
    public bool DurableUnverified { get; init; }

    /// <summary>Whether envelopes carry their NATS subject under the key <c>subject</c>. Default true.</summary>
    public bool Subject { get; init; } = true;

    /// <summary>What the method <c>replay</c> can send again of <c>nats</c> inputs.</summary>
    public ReplaySettings Replay { get; init; } = new();
}
