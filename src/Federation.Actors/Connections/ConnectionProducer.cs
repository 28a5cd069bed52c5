using Akka.Actor;
using Federation.Actors.Sockets;

namespace Federation.Actors.Connections;

/// <summary>Makes one connection actor. Akka keeps it as long as the actor lives: half of what it would keep of a constructor's arguments.</summary>
internal sealed class ConnectionProducer(ConnectedPeer peer, ConnectionSetup setup) : IIndirectActorProducer
{
    /// <inheritdoc />
    public Type ActorType => typeof(ConnectionActor);

    /// <inheritdoc />
    public ActorBase Produce() => new ConnectionActor(peer, setup);

    /// <inheritdoc />
    public void Release(ActorBase actor)
    {
    }
}
