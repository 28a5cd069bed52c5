namespace Federation.Actors;

/// <summary>One configured link end: <c>federation.components.&lt;name&gt;</c>.</summary>
public sealed record ComponentSettings
{
    /// <summary>The component's name: 1 to 64 of <c>A-Za-z0-9_-</c>. It is the key of its block.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// Which end of the socket it is. May be left out of a configuration that has exactly one of the blocks <c>server</c> and
    /// <c>client</c>.
    /// </summary>
    public ComponentMode Mode { get; init; } = ComponentMode.Server;

    /// <summary>The listening end; of use in server mode.</summary>
    public ServerSettings Server { get; init; } = new();

    /// <summary>The dialling end; of use in client mode.</summary>
    public ClientSettings Client { get; init; } = new();

    /// <summary>Bounds of every connection.</summary>
    public ConnectionSettings Connection { get; init; } = new();

    /// <summary>Credentials.</summary>
    public AuthSettings Auth { get; init; } = new();

    /// <summary>Requests and replies.</summary>
    public BidirectionalSettings Bidirectional { get; init; } = new();

    /// <summary>The queue between the sockets and the bus.</summary>
    public BackpressureSettings Backpressure { get; init; } = new();

    /// <summary>What is sent to each peer. For components with <c>ports.inputs</c>.</summary>
    public EgressSettings Egress { get; init; } = new();

    /// <summary>When the component counts as unhealthy.</summary>
    public HealthSettings Health { get; init; } = new();

    /// <summary>What the component delivers to. Required.</summary>
    public PortsSettings Ports { get; init; } = new();
}
