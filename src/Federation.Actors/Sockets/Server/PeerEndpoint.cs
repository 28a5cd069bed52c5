using Federation.Actors.Configuration;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Security;
using Federation.Actors.Sockets.Kestrel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Sockets.Server;

/// <summary>One component's path on a web server: turns requests into peers, or refuses them.</summary>
/// <remarks>Any ASP.NET Core server may call <see cref="HandleAsync"/>; it needs no middleware. The request, or on our own web server its
/// connection, stays open until the peer's socket is disposed. Dispose this after the last of them. Thread-safe.</remarks>
internal sealed class PeerEndpoint : IDisposable
{
    private readonly TimeSpan _linger = TimeSpan.FromSeconds(3);

    private readonly ForwardedRequests _forwarded;
    private readonly PeerAdmission _admission;
    private readonly PeerUpgrade _upgrade;
    private readonly PeerPlaces _places;
    private readonly ComponentMetrics _metrics;

    // Called on threads of the web server; must not wait.
    private readonly Action<ConnectedPeer> _accepted;
    private readonly Action<RefusedHandshake>? _refused;
    private readonly TimeProvider _time;
    private readonly KeepAliveSweep _keepAlive;
    private readonly UnnamedPeers _unnamed;
    private volatile bool _draining;

    public PeerEndpoint(
        ServerSettings server,
        ConnectionSettings connection,
        AuthSettings auth,
        PeerAuthenticator authenticator,
        FailureThrottle failures,
        ComponentMetrics metrics,
        Action<ConnectedPeer> accepted,
        ILoggerFactory loggerFactory,
        TimeProvider? time = null,
        UnnamedPeers? unnamed = null,
        Action<RefusedHandshake>? refused = null)
    {
        _unnamed = unnamed ?? new UnnamedPeers();
        _places = new PeerPlaces(server.MaxConnections, server.MaxConnectionsPerPeer);
        _refused = refused;
        _metrics = metrics;
        _accepted = accepted;
        _time = time ?? Clock.System.Time;
        _forwarded = new ForwardedRequests(server, loggerFactory);
        _admission = new PeerAdmission(server, auth, authenticator, failures, _time);
        _keepAlive = new KeepAliveSweep(connection, _time);
        _upgrade = new PeerUpgrade(server, connection, loggerFactory, _time);
    }

    /// <summary>True while every new connection gets 503: not ready yet, or about to stop. For any thread.</summary>
    public bool Draining
    {
        get => _draining;
        set => _draining = value;
    }

    /// <summary>Connections that hold a place: open, in their handshake, or closing, except for replaced ones.</summary>
    public int OpenConnections => _places.Taken;

    /// <summary>Serves one request, and on the embedder's web server the peer as well.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var handover = ConnectionHandover.Of(context.Features);
        var (isProxied, malformed) = await _forwarded.ApplyAsync(context);
        if (malformed is not null)
        {
            await RefuseAsync(context, malformed);
            return;
        }

        var (webSocket, decorator) = await _upgrade.PrepareAsync(context, handover);
        if (_admission.Check(context, webSocket, isProxied, _draining, out var peer) is { } refusal)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        if (!_places.TryTake(peer.Identity, peer.Profile?.MaxConnections ?? 0))
        {
            await RefuseAsync(context, HttpRefusal.Busy("Too many connections."));
            return;
        }

        WebSocketPeerSocket socket;
        try
        {
            socket = await _upgrade.AcceptAsync(context, webSocket!, decorator, handover);
        }
        catch
        {
            _places.Give(peer.Identity);
            throw;
        }

        if (handover is not null)
        {
            handover.Continue(this, socket, peer);
            return;
        }

        try
        {
            decorator.BeginPeer();
            Begin(socket, peer);
            await socket.Completed;
        }
        finally
        {
            await EndAsync(socket, peer);
            decorator.EndPeer();
        }
    }

    /// <summary>Takes over the socket of an upgraded request; <see cref="EndAsync"/> follows when it has been disposed, or this
    /// throws.</summary>
    public void Begin(WebSocketPeerSocket socket, AdmittedPeer peer)
    {
        _keepAlive.Add(socket);
        _accepted(new ConnectedPeer(socket, peer.Name ?? new PeerName(_unnamed.Next(), Lasting: false))
        {
            IsBatching = socket.IsBatching,
            Credential = peer.Credential,
            Profile = peer.Profile,
        });
    }

    public async Task EndAsync(WebSocketPeerSocket socket, AdmittedPeer peer)
    {
        try
        {
            _keepAlive.Remove(socket);
            await socket.DisposeAsync();
            await socket.LingerAsync(_linger, _time);
        }
        finally
        {
            _places.Give(peer.Identity);
        }
    }

    public void Dispose() => _keepAlive.Dispose();

    /// <summary>Counts and reports a handshake refused by this endpoint or by the web server before it.</summary>
    public void Refused(IFeatureCollection features, int status, string reason)
    {
        var connection = features.Get<IHttpConnectionFeature>();
        var claimed = features.Get<IHttpRequestFeature>()?.Headers[FederationHeaders.HandshakePeer].ToString()
            is { Length: > 0 } header ? header : PeerIdentity.CommonNameOf(features.Get<ITlsConnectionFeature>()?.ClientCertificate) ?? "";
        Refused(new RefusedHandshake(
            status, RemoteAddress.Of(connection?.RemoteIpAddress, connection?.RemotePort ?? 0), claimed.Length > 0
                ? NodeName.FromHost(claimed) : "", reason));
    }

    public void Refused(RefusedHandshake refused)
    {
        _metrics.HandshakesRefused(refused.Status).Inc();
        _refused?.Invoke(refused);
    }

    private Task RefuseAsync(HttpContext context, HttpRefusal refusal)
    {
        if (refusal.ErrorType is { } type)
        {
            _metrics.Errors(type).Inc();
        }

        Refused(context.Features, refusal.Status, refusal.Reason);
        return refusal.WriteAsync(context);
    }
}

/// <summary>Names unnamed peers <c>client-1</c>, <c>client-2</c> and so on.</summary>
/// <remarks>Shared by all components of a node: a message is not sent back to its peer, which needs a unique name. Thread-safe.</remarks>
internal sealed class UnnamedPeers
{
    private int _count;

    public string Next() => $"{NodeName.GeneratedPrefix}{Interlocked.Increment(ref _count)}";
}

internal sealed record RefusedHandshake(int Status, string Address, string Peer, string Reason);
