using Federation.Actors.Configuration;
using Federation.Actors.Protocol;

namespace Federation.Actors;

/// <summary>Everything a node is told: <c>federation</c>. Immutable; every property starts at its default.</summary>
public sealed record FederationSettings
{
    /// <summary>Name of this node in loop prevention: 1 to 64 of <c>A-Za-z0-9_-</c>. Default: the host name mapped onto those.</summary>
    public string NodeId { get; init; } = NodeName.OfThisHost;

    /// <summary>
    /// Nodes that a message may have passed, this one included, 1 to 64; what has passed more is nacked with <c>loop</c>. Default 8.
    /// </summary>
    public int MaxHops { get; init; } = DefaultMaxHops;

    /// <summary>The message bus.</summary>
    public NatsSettings Nats { get; init; } = new();

    /// <summary>Where metrics and health are answered.</summary>
    public AdminSettings Admin { get; init; } = new();

    /// <summary>What the console program's log says, and how.</summary>
    public LogSettings Log { get; init; } = new();

    /// <summary>How metrics are named.</summary>
    public MetricsSettings Metrics { get; init; } = new();

    /// <summary>Whether the node is one of several that share their dialled components.</summary>
    public ClusterSettings Cluster { get; init; } = new();

    /// <summary>Time an orderly end may take, 100 milliseconds to 10 minutes. Default 10 seconds.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The components, in the order they were configured. At least one.</summary>
    public IReadOnlyList<ComponentSettings> Components { get; init; } = [];

    internal const int DefaultMaxHops = 8;

    /// <summary>True when a component runs once in the whole cluster, on whichever node, and not on each.</summary>
    internal bool IsShared(ComponentSettings component) => Cluster.Enabled && component.Mode == ComponentMode.Client;
}
