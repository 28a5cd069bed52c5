using Federation.Actors.Configuration;
using Federation.Actors.Protocol;

namespace Federation.Actors;

/// <summary>The settings of a node: <c>federation</c>. Immutable; every property starts at its default.</summary>
/// <remarks>Ranges and defaults of all settings: config/CONFIGURATION.md.</remarks>
public sealed record FederationSettings
{
    /// <summary>Name of this node in loop prevention. Empty: the host name, with other characters turned into <c>_</c>.</summary>
    [NodeName("1 to 64 of A-Za-z0-9_-, or nothing for the host name", OrEmpty = true)]
    public string NodeId { get; init => field = value is "" ? NodeName.OfThisHost : value; } = NodeName.OfThisHost;

    /// <summary>Nodes that a message may have passed, this one included; one that has passed more is nacked with <c>loop</c>.</summary>
    [Range(1, 64)] public int MaxHops { get; init; } = DefaultMaxHops;

    /// <summary>Time that an orderly shutdown may take before the node ends regardless.</summary>
    [Range("100ms", "10m")] public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc cref="NatsSettings" />
    public NatsSettings Nats { get; init; } = new();

    /// <inheritdoc cref="AdminSettings" />
    public AdminSettings Admin { get; init; } = new();

    /// <inheritdoc cref="LogSettings" />
    public LogSettings Log { get; init; } = new();

    /// <inheritdoc cref="MetricsSettings" />
    public MetricsSettings Metrics { get; init; } = new();

    /// <inheritdoc cref="ClusterSettings" />
    public ClusterSettings Cluster { get; init; } = new();

    /// <summary>The defaults of every component, which <c>federation.components.NAME</c> overrides.</summary>
    internal ComponentSettings ComponentDefaults { get; init; } = new();

    /// <summary>The components, in the order of the configuration: each a block with the keys of <c>component_defaults</c>, under a name
    /// of 1 to 64 of <c>A-Za-z0-9_-</c>. At least one.</summary>
    public IReadOnlyList<ComponentSettings> Components { get; init; } = [];

    internal const int DefaultMaxHops = 8;

    internal bool IsShared(ComponentSettings component) => Cluster.Enabled && component.Mode == ComponentMode.Client;
}
