using Federation.Actors.Configuration;
using Federation.Actors.Protocol;

namespace Federation.Actors;

/// <summary>The settings of a node: <c>federation</c>. Immutable; every property starts at its default.</summary>
/// <remarks>Ranges and defaults of all settings: config/CONFIGURATION.md.</remarks>
public sealed record FederationSettings
{
    /// <summary>Name of this node in loop prevention. Empty: the host name, with other characters replaced by <c>_</c>.</summary>
    [NodeName("1 to 64 of A-Za-z0-9_-, or nothing for the host name", OrEmpty = true)]
    public string NodeId { get; init => field = value is "" ? NodeName.OfThisHost : value; } = NodeName.OfThisHost;

    /// <summary>Maximum number of nodes that a message may pass through, including this one. If it has passed through more, it is nacked
    /// with <c>loop</c>.</summary>
    [Range(1, 64)] public int MaxHops { get; init; } = DefaultMaxHops;

    /// <summary>Maximum duration of an orderly shutdown. After that the node exits without waiting any longer.</summary>
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

    /// <summary>Defaults for every component; <c>federation.components.NAME</c> overrides them.</summary>
    internal ComponentSettings ComponentDefaults { get; init; } = new();

    /// <summary>The components, at least one, in the order of the configuration. Each is a block with the keys of
    /// <c>component_defaults</c>, under a name of 1 to 64 of <c>A-Za-z0-9_-</c>.</summary>
    public IReadOnlyList<ComponentSettings> Components { get; init; } = [];

    internal const int DefaultMaxHops = 8;

    internal bool IsShared(ComponentSettings component) => Cluster.Enabled && component.Mode == ComponentMode.Client;
}
