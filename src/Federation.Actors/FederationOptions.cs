namespace Federation.Actors;

/// <summary>What an embedder tells a federation node.</summary>
public sealed class FederationOptions
{
    /// <summary>Name of a node that is given none.</summary>
    public const string DefaultName = "federation";

    /// <summary>Name of the node in its process: 1 to 64 of <c>A-Za-z0-9_-</c>, one of its own for each node of an actor system. Its root
    /// actor has it, its health checks start with it, and it is the key of its <see cref="IFederation"/>. Default <see
    /// cref="DefaultName"/>.</summary>
    public string Name { get; init; } = DefaultName;

    /// <summary>The node's settings, validated.</summary>
    public required FederationSettings Settings { get; init; }

    /// <summary>The node's instruments; by default new ones with the settings' prefix.</summary>
    public FederationMetrics? Metrics { get; init; }

    /// <summary>Told at shutdown, on a thread of the actor system, how many messages were received but could be neither published nor
    /// answered with ack; 0 when nothing was left. Null: nobody is told.</summary>
    public Action<int>? OnDrained { get; init; }
}
