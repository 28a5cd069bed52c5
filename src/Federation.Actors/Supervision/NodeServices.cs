using Akka.Actor;
using Federation.Actors.Receiving;
using Federation.Actors.Requests;
using Federation.Actors.Sending;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Server;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Supervision;

/// <summary>What the components of one node share.</summary>
/// <param name="NodeId">Name of the node.</param>
/// <param name="Metrics">The node's instruments.</param>
/// <param name="Listeners">The node's open ports.</param>
/// <param name="Loggers">For what is no actor.</param>
/// <param name="Connect">Makes a bus for a component's data port; called at every start of its publisher.</param>
/// <param name="ConnectControl">Makes a bus for a component's control port, null when it has none; called at every start of its correlation actor.</param>
/// <param name="ConnectEgress">Makes a bus for what a component sends; called at every start of its egress actor.</param>
internal sealed record NodeServices(
    string NodeId,
    FederationMetrics Metrics,
    IListeners Listeners,
    ILoggerFactory Loggers,
    Func<ComponentSettings, IMessageBus> Connect,
    Func<ComponentSettings, IControlBus?> ConnectControl,
    Func<ComponentSettings, IEgressBus> ConnectEgress)
{
    /// <summary>Nodes that a message may have passed, this one included.</summary>
    public int MaxHops { get; init; } = FederationSettings.DefaultMaxHops;

    /// <summary>Bounds the memory of incomplete messages of all connections.</summary>
    public ReceiveBudget Budget { get; init; } = ReceiveBudget.OfProcess();

    /// <summary>Takes peers on the embedder's web server for components without a port.</summary>
    public MappedEndpoints Mapped { get; init; } = new();

    /// <summary>Opens the connections of client-mode components; null: over the network.</summary>
    public Func<ComponentSettings, Uri, CancellationToken, Task<ConnectedPeer>>? Dial { get; init; }

    /// <summary>Name of the cluster, for components that run once in it; null: the node is alone.</summary>
    public string? Cluster { get; init; }

    /// <summary>Is told which peers are here; nobody: the node is alone.</summary>
    public IActorRef Directory { get; init; } = ActorRefs.Nobody;

    /// <summary>Names the peers of all components that have none.</summary>
    public UnnamedPeers Unnamed { get; } = new();

    /// <summary>
    /// The name a component gives when it dials: that of the node, or of the cluster, and its own, so that two components of one node do not
    /// supersede each other; longer than a name may be, it is cut.
    /// </summary>
    public string DialledName(string component) => $"{Cluster ?? NodeId}-{component}" is var name && name.Length <= PeerIdentity.MaxLength ? name : name[..PeerIdentity.MaxLength];
}
