using System.Net.WebSockets;
using Akka.Actor;
using Federation.Actors.Clustering;
using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Sockets;

namespace Federation.Actors.Supervision;

/// <summary>Registers the connections of a component, supersedes and closes them, and reports them to log, metrics, health and the
/// cluster's directory.</summary>
/// <param name="health">Notified of every change.</param>
/// <param name="directory">Notified of the first and the last connection of each peer.</param>
/// <param name="requests">Peers are in the directory as long as this actor answers their requests; nobody: none are.</param>
internal sealed class ComponentConnections(
    ComponentSettings settings, ComponentMetrics metrics, FederationLog log, Clock clock, IActorRef health, IActorRef directory,
    IActorRef requests)
{
    /// <summary>From the range for applications (RFC 6455 section 7.4.2).</summary>
    private const WebSocketCloseStatus SupersededStatus = (WebSocketCloseStatus)4001;

    /// <summary>From the same range; the peer may reconnect at once.</summary>
    private const WebSocketCloseStatus OperatorStatus = (WebSocketCloseStatus)4002;

    /// <summary>From the same range; the peer's credential is not valid any more, or its profile is another one.</summary>
    private const WebSocketCloseStatus RevokedStatus = (WebSocketCloseStatus)4003;

    private readonly ConnectionRegistry _registry = new(settings.Server.MaxConnectionsPerPeer);
    private long _opened;

    public IReadOnlyCollection<IActorRef> All => _registry.Connections;

    public IActorRef Open(IActorContext context, Props connection, ConnectedPeer peer)
    {
        var (identity, meter) = (peer.Name.Identity, peer.Meter);
        (meter.Since, meter.Described) = (clock.Elapsed, peer.Credential);
        var actor = context.ActorOf(connection, $"peer-{++_opened}");
        context.WatchWith(actor, new ConnectionProtocol.Ended(actor, meter));
        if (settings.Mode == ComponentMode.Server)
        {
            log.Write(LogEvents.PeerConnected, "{Component}: {Peer} has connected from {Address}", settings.Name, identity, meter.Address);
        }

        if (!requests.IsNobody() && !_registry.IsConnected(identity))
        {
            directory.Tell(new DirectoryProtocol.Joined(settings.Name, identity), requests);
        }

        metrics.ConnectionsTotal.Inc();
        var isReplaceable = peer.Name.Lasting && settings.Mode == ComponentMode.Server;
        var limit = peer.Profile?.MaxConnections ?? 0;
        if (_registry.Add(actor, meter, isReplaceable, peer.Credential, limit) is { } superseded)
        {
            if (limit > 0 && limit < settings.Server.MaxConnectionsPerPeer)
            {
                peer.Permissions?.Deny(DenialReason.Connections, $"the profile {peer.Profile!.Name} permits {limit} connections");
            }

            Supersede(superseded, meter);
        }

        health.Tell(new HealthProtocol.PeerOpened(settings.Name, identity, meter.Address));
        ReportCount();
        if (peer.Credential is { IsRevoked: true })
        {
            EndRevoked(); // The file has changed since the handshake.
        }

        return actor;
    }

    public void End(ConnectionProtocol.Ended ended)
    {
        var meter = ended.Meter;
        _registry.Remove(ended.Connection);
        if (!requests.IsNobody() && !_registry.IsConnected(meter.Identity))
        {
            directory.Tell(new DirectoryProtocol.Left(settings.Name, meter.Identity), requests);
        }

        health.Tell(new HealthProtocol.PeerClosed(settings.Name, meter.Identity, meter.Address, meter.End ?? "its connection failed"));
        ReportCount();
    }

    public ComponentProtocol.Peers List(ComponentProtocol.GetPeers question) => _registry.List(question, clock.Now);

    public ComponentProtocol.Disconnected Disconnect(string peer)
    {
        var connections = _registry.Find(peer);
        foreach (var connection in connections)
        {
            connection.Tell(new ConnectionProtocol.Close(OperatorStatus, "disconnected by the operator"));
        }

        return new ComponentProtocol.Disconnected(connections.Count);
    }

    /// <summary>Closes the connections whose credentials are not valid any more, or have another profile.</summary>
    public void EndRevoked()
    {
        foreach (var (connection, meter) in _registry.TakeRevoked().Select(static entry => (entry.Connection, entry.Meter)))
        {
            metrics.ConnectionsRevoked.Inc();
            log.Write(LogEvents.CredentialsRevoked,
                "{Component}: {Peer} at {Address} is disconnected: its credential is no longer valid, or its profile has changed",
                settings.Name, meter.Identity, meter.Address);
            connection.Tell(new ConnectionProtocol.Close(RevokedStatus, "the credential is no longer valid, or its profile has changed"));
        }
    }

    private void Supersede(ConnectionRegistry.Entry superseded, PeerMeter newest)
    {
        var older = superseded.Meter.Address;
        const string text = "{Component}: {Peer} has connected again from {Address}; its oldest connection from {Older} was closed";
        log.Write(LogEvents.PeerSuperseded, text, settings.Name, newest.Identity, newest.Address, older);
        health.Tell(new HealthProtocol.PeerSuperseded(settings.Name, newest.Identity, newest.Address, older));
        superseded.Connection.Tell(new ConnectionProtocol.Close(SupersededStatus, $"superseded by a connection from {newest.Address}"));
    }

    private void ReportCount()
    {
        metrics.ConnectionsActive.Set(_registry.Count);
        health.Tell(new HealthProtocol.Connections(settings.Name, _registry.Count, _opened));
    }
}
