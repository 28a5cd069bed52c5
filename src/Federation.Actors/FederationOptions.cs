namespace Federation.Actors;

/// <summary>Options for a node that is embedded in a program.</summary>
public sealed class FederationOptions
{
    /// <summary>Default name of a node.</summary>
    public const string DefaultName = "federation";

    /// <summary>Name of the node in its process: 1 to 64 of <c>A-Za-z0-9_-</c>, unique within the actor system. It is the name of the
    /// root actor, the prefix of the health checks, and the key of the <see cref="IFederation"/> service. Default
    /// <see cref="DefaultName"/>.</summary>
    public string Name { get; init; } = DefaultName;

    /// <summary>The validated settings of the node.</summary>
    public required FederationSettings Settings { get; init; }

    /// <summary>The metrics of the node; by default new ones with the prefix from the settings.</summary>
    public FederationMetrics? Metrics { get; init; }

    /// <summary>Called at shutdown, on a thread of the actor system, with the number of received messages that could neither be published
    /// nor acked; 0 if there are none. Null: no callback.</summary>
    public Action<int>? OnDrained { get; init; }
}
