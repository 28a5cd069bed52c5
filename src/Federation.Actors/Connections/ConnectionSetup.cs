using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;

namespace Federation.Actors.Connections;

/// <summary>The common properties of a component's connections; each connection keeps one reference.</summary>
/// <param name="Log">The component's: one for each connection would use 0.2 KB.</param>
internal sealed record ConnectionSetup(ConnectionSettings Settings, ConnectionRoutes Routes, ComponentMetrics Metrics, FederationLog Log,
    Clock Clock)
{
    /// <summary>Bytes of the first read.</summary>
    public required int ReadBufferSize { get; init; }

    /// <summary>Bytes of the first answers.</summary>
    public required int WriteBufferSize { get; init; }

    /// <summary>Time between acks with an empty id; 0: none.</summary>
    public TimeSpan KeepAliveMessageInterval { get; init; }

    public required ReceiveBudget Budget { get; init; }

    public LoopGuard Loops { get; init; } = LoopGuard.None;
}

/// <param name="Queue">Receives batches with data; nobody when the component only sends.</param>
/// <param name="Requests">Receives requests and replies; nobody when they are off.</param>
/// <param name="Egress">Sends to the peer; nobody when the component only receives.</param>
internal sealed record ConnectionRoutes(IActorRef Queue, IActorRef Requests, IActorRef Egress);

/// <summary>Makes one connection actor. Akka keeps it as long as the actor lives: half the size of a constructor's arguments.</summary>
internal sealed class ConnectionProducer(ConnectedPeer peer, ConnectionSetup setup) : IIndirectActorProducer
{
    public Type ActorType => typeof(ConnectionActor);

    public ActorBase Produce() => new ConnectionActor(peer, setup);

    public void Release(ActorBase actor)
    {
    }
}
