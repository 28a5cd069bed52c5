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
/// <param name="Loggers">For classes that are not actors.</param>
/// <param name="Connect">Creates a bus for a component's data port, at every start of its publisher.</param>
/// <param name="ConnectControl">
/// Creates a bus for a component's control port, null when it has none, at every start of its correlation actor.
/// </param>
/// <param name="ConnectEgress">Creates a bus for what a component sends, at every start of its egress actor.</param>
internal sealed record NodeServices(
    string NodeId,
    FederationMetrics Metrics,
    IListeners Listeners,
    ILoggerFactory Loggers,
    Func<ComponentSettings, IMessageBus> Connect,
    Func<ComponentSettings, IControlBus?> ConnectControl,
    Func<ComponentSettings, IEgressBus> ConnectEgress)
{
    /// <summary>The number of nodes that a message may have passed, this one included.</summary>
    public int MaxHops { get; init; } = FederationSettings.DefaultMaxHops;

    /// <summary>Bounds the memory of incomplete messages of all connections.</summary>
    public ReceiveBudget Budget { get; init; } = ReceiveBudget.OfProcess();

    /// <summary>The components on the embedder's web server.</summary>
    public MappedEndpoints Mapped { get; init; } = new();

    /// <summary>Opens the connections of client-mode components; null: the network is dialled.</summary>
    public Func<ComponentSettings, Uri, CancellationToken, Task<ConnectedPeer>>? Dial { get; init; }

    /// <summary>Name of the cluster; null: the node is alone.</summary>
    public string? Cluster { get; init; }

    /// <summary>The directory of peers; nobody: the node is alone.</summary>
    public IActorRef Directory { get; init; } = ActorRefs.Nobody;

    /// <summary>Names the peers that have no name.</summary>
    public UnnamedPeers Unnamed { get; } = new();

    /// <summary>
    /// The name that a component gives when it dials: that of the node or of the cluster, and its own, so that two components of one node
    /// do not
    /// supersede each other; cut to the length of a name.
    /// </summary>
    public string DialledName(string component) =>
        $"{Cluster ?? NodeId}-{component}" is var name && name.Length <= PeerIdentity.MaxLength ? name : name[..PeerIdentity.MaxLength];
}
