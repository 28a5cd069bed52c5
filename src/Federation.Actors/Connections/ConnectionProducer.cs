using Akka.Actor;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;
using Federation.Actors.Transport;

namespace Federation.Actors.Connections;

/// <summary>Makes one connection actor. Akka keeps it as long as the actor lives: half of what it would keep of a constructor's arguments.</summary>
internal sealed class ConnectionProducer(
    ConnectedPeer peer, ConnectionSettings settings, int readBufferSize, int writeBufferSize, TimeSpan keepAliveMessageInterval, ConnectionRoutes routes, ComponentMetrics metrics)
    : IIndirectActorProducer
{
    /// <inheritdoc />
    public Type ActorType => typeof(ConnectionActor);

    /// <inheritdoc />
    public ActorBase Produce() => new ConnectionActor(peer, settings, readBufferSize, writeBufferSize, keepAliveMessageInterval, routes, metrics);

    /// <inheritdoc />
    public void Release(ActorBase actor)
    {
    }
}
