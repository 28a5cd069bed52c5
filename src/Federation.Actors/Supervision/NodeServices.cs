using Akka.Actor;
using Federation.Actors.Receiving;
using Federation.Actors.Requests;
using Federation.Actors.Sending;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Server;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Supervision;

/// <summary>The services of a node for its components.</summary>
/// <param name="ConnectControl">Creates a bus for a component's control port, or null, at every start of its correlation actor.</param>
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

    public ReceiveBudget Budget { get; init; } = ReceiveBudget.OfProcess();

    public MappedEndpoints Mapped { get; init; } = new();

    /// <summary>Null: the network is dialled.</summary>
    public Func<ComponentSettings, Uri, CancellationToken, Task<ConnectedPeer>>? Dial { get; init; }

    /// <summary>Name of the cluster; null: the node is alone.</summary>
    public string? Cluster { get; init; }

    public IActorRef Directory { get; init; } = ActorRefs.Nobody;

    public UnnamedPeers Unnamed { get; } = new();

    /// <summary>The name of a component when it dials: the node's or the cluster's name and its own, so that two components of one node
    /// do not supersede each other; cut to the length of a name.</summary>
    public string DialledName(string component) =>
        $"{Cluster ?? NodeId}-{component}" is var name && name.Length <= PeerIdentity.MaxLength ? name : name[..PeerIdentity.MaxLength];
}
