namespace Federation.Actors;

/// <summary>One end of a link: <c>federation.components.NAME</c>.</summary>
public sealed record ComponentSettings
{
    /// <summary>The name of the component, 1 to 64 of <c>A-Za-z0-9_-</c>. It is the key of the component's block.</summary>
    public string Name { get; init; } = "";

    /// <summary>Which end of the socket the component is. Optional if exactly one of the blocks <c>server</c> and <c>client</c> is
    /// given.</summary>
    public ComponentMode Mode { get; init; } = ComponentMode.Server;

    /// <inheritdoc cref="ServerSettings" />
    public ServerSettings Server { get; init; } = new();

    /// <inheritdoc cref="ClientSettings" />
    public ClientSettings Client { get; init; } = new();

    /// <inheritdoc cref="ConnectionSettings" />
    public ConnectionSettings Connection { get; init; } = new();

    /// <inheritdoc cref="AuthSettings" />
    public AuthSettings Auth { get; init; } = new();

    /// <inheritdoc cref="BidirectionalSettings" />
    public BidirectionalSettings Bidirectional { get; init; } = new();

    /// <inheritdoc cref="BackpressureSettings" />
    public BackpressureSettings Backpressure { get; init; } = new();

    /// <inheritdoc cref="EgressSettings" />
    public EgressSettings Egress { get; init; } = new();

    /// <inheritdoc cref="HealthSettings" />
    public HealthSettings Health { get; init; } = new();

    /// <inheritdoc cref="PortsSettings" />
    public PortsSettings Ports { get; init; } = new();
}
