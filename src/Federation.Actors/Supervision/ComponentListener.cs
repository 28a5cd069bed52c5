using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Security;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.Supervision;

/// <summary>The endpoint of a component in server mode: a port of the node, or a path of the embedder's web server.</summary>
/// <remarks>Passes each peer on, on a thread of the web server.</remarks>
internal sealed class ComponentListener : IDisposable
{
    private readonly ComponentSettings _settings;
    private readonly NodeServices _services;
    private readonly FederationLog _log;
    private readonly IActorRef _health;
    private readonly PeerEndpoint _endpoint;

    public ComponentListener(
        ComponentSettings settings, NodeServices services, ComponentMetrics metrics, FederationLog log, IActorRef health,
        Action<ConnectedPeer> connected)
    {
        _settings = settings;
        _services = services;
        _log = log;
        _health = health;
        var authenticator = PeerAuthenticator.Create(settings.Auth, Environment.GetEnvironmentVariable, services.Loggers);
        CredentialFiles = authenticator.Files;
        var failures = new FailureThrottle(settings.Auth.MaxFailuresPerMinute);
        _endpoint = new PeerEndpoint(
            settings.Server, settings.Connection, settings.Auth, authenticator, failures, metrics, connected, services.Loggers,
            unnamed: services.Unnamed, refused: Report);
    }

    public IReadOnlyList<IReloaded> CredentialFiles { get; }

    public Task<string> OpenAsync() => _settings.Server.Listen
        ? _services.Listeners.OpenAsync(_settings.Server, _endpoint)
        : Task.FromResult(_services.Mapped.Open(_settings.Name, _endpoint));

    /// <summary>Refuses new peers; connected ones stay.</summary>
    public void Drain() => _endpoint.Draining = true;

    public void Dispose()
    {
        if (_settings.Server.Listen)
        {
            _ = _services.Listeners.CloseAsync(_settings.Server, _endpoint);
        }
        else
        {
            _services.Mapped.Close(_settings.Name, _endpoint);
        }

        _endpoint.Dispose();
    }

    /// <summary>A refusal that the log holds back becomes no event either: they may come faster than anybody reads.</summary>
    private void Report(RefusedHandshake refused)
    {
        var what = refused.Status switch
        {
            401 or 429 => LogEvents.CredentialsRefused,
            403 => LogEvents.HandshakeForbidden,
            503 => LogEvents.HandshakeDeferred,
            _ => LogEvents.HandshakeMalformed,
        };
        if (_log.Write(
            what, "{Component}: a handshake from {Address}, by name {Peer}, was refused with {Status}: {Reason}",
            _settings.Name, refused.Address, refused.Peer.Length > 0 ? refused.Peer : "(none)", refused.Status, refused.Reason))
        {
            _health.Tell(
                new HealthProtocol.HandshakeRefused(_settings.Name, refused.Status, refused.Address, refused.Peer, refused.Reason),
                ActorRefs.NoSender);
        }
    }
}

internal sealed class ListenerFailedException(ServerSettings server, Exception reason)
    : UnrestartableException($"cannot listen on {server.Host}:{server.HttpPort}: {reason.Message}", reason);
