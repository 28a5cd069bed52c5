namespace Federation.Actors;

/// <summary>One source of what a component sends to its peers: an entry of <c>ports.inputs</c>.</summary>
public sealed record InputPortSettings
{
    /// <summary>Any name of 1 to 64 of <c>A-Za-z0-9_-</c>, different from those of the other inputs. Required.</summary>
    public string Name { get; init; } = "";

    /// <summary>NATS subject, wildcards allowed. Required but for <c>local</c>, where each message has its own.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Kind of source. Default nats.</summary>
    public PortType Type { get; init; } = PortType.Nats;

    /// <summary>Queue group, so that each message goes to one of several nodes. For <c>nats</c>. Default empty: none.</summary>
    public string QueueGroup { get; init; } = "";

    /// <summary>Name of the stream. For <c>jetstream</c>. Default empty: the one that has the subject.</summary>
    public string Stream { get; init; } = "";

    /// <summary>Where a peer that the stream has not seen before begins. For <c>jetstream</c>. Default all.</summary>
    public DeliverPolicy Deliver { get; init; } = DeliverPolicy.All;
}
