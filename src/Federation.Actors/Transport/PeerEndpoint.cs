using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Threading.RateLimiting;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Federation.Actors.Transport;

/// <summary>One component's path on a web server: turns requests into peers, or says why not.</summary>
/// <remarks>
/// Any ASP.NET Core server may call <see cref="HandleAsync"/>; no middleware has to run before it. Thread-safe. The request, or on a
/// web server of ours its connection, stays open until whoever got the peer has disposed its socket. Dispose this after the last of them.
/// </remarks>
internal sealed class PeerEndpoint : IDisposable
{
    /// <summary>Time a peer has to answer our close frame.</summary>
    private readonly TimeSpan _linger = TimeSpan.FromSeconds(3);

    private readonly ServerSettings _server;
    private readonly ConnectionSettings _connection;
    private readonly PeerAuthenticator _authenticator;
    private readonly FailureThrottle _failures;
    private readonly TokenBucketRateLimiter? _upgrades;
    private readonly OriginPolicy _origins;
    private readonly ComponentMetrics _metrics;
    private readonly Action<ConnectedPeer> _accepted;
    private readonly TimeProvider _time;
    private readonly WebSocketMiddleware _webSockets;
    private readonly KeepAliveSweep _keepAlive;
    private volatile bool _draining;
    private int _open;
    private readonly UnnamedPeers _unnamed;

    /// <param name="server">The listening end.</param>
    /// <param name="connection">Bounds of each connection.</param>
    /// <param name="authenticator">Checks credentials.</param>
    /// <param name="failures">Keeps who shows wrong credentials from trying for ever.</param>
    /// <param name="metrics">Where refusals are counted.</param>
    /// <param name="accepted">Takes each peer over, with its socket. Called on a thread of the web server; must not wait.</param>
    /// <param name="loggerFactory">For the WebSocket handshake's own log.</param>
    /// <param name="time">Clock of the keep-alive.</param>
    /// <param name="unnamed">Names the peers that have none; null: no other endpoint does.</param>
    public PeerEndpoint(
        ServerSettings server,
        ConnectionSettings connection,
        PeerAuthenticator authenticator,
        FailureThrottle failures,
        ComponentMetrics metrics,
        Action<ConnectedPeer> accepted,
        ILoggerFactory loggerFactory,
        TimeProvider? time = null,
        UnnamedPeers? unnamed = null)
    {
        _unnamed = unnamed ?? new UnnamedPeers();
        _server = server;
        _connection = connection;
        _authenticator = authenticator;
        _failures = failures;
        _upgrades = server.MaxUpgradesPerSecond > 0 ? new TokenBucketRateLimiter(Upgrades(server.MaxUpgradesPerSecond)) : null;
        _origins = new OriginPolicy(server.AllowedOrigins);
        _metrics = metrics;
        _accepted = accepted;
        _time = time ?? TimeProvider.System;
        _keepAlive = new KeepAliveSweep(connection, _time);

        // Used for its handshake only. Options are given per request; origins are checked here, against the same origin too.
        _webSockets = new WebSocketMiddleware(static _ => Task.CompletedTask, Options.Create(new WebSocketOptions()), loggerFactory);
    }

    /// <summary>True while every newcomer is answered 503: not ready yet, or about to stop. Settable from any thread.</summary>
    public bool Draining
    {
        get => _draining;
        set => _draining = value;
    }

    /// <summary>Connections that hold a place: open, in their handshake, or closing.</summary>
    public int OpenConnections => Volatile.Read(ref _open);

    /// <summary>Serves one request, and on a web server that is not ours the peer as well.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var handover = ConnectionHandover.Of(context.Features);
        var decorator = UpgradeDecorator.Install(context.Features, handover is null ? Wrap : _ => Wrap(handover.Take(_time)));
        await _webSockets.Invoke(context);
        var webSocket = context.Features.Get<IHttpWebSocketFeature>();
        if (Refuse(context, webSocket, out var name) is { } refusal)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        if (Interlocked.Increment(ref _open) > _server.MaxConnections)
        {
            Interlocked.Decrement(ref _open);
            await RefuseAsync(context, HttpRefusal.Busy("Too many connections."));
            return;
        }

        WebSocketPeerSocket socket;
        try
        {
            socket = await AcceptAsync(context, webSocket!, decorator, handover);
        }
        catch
        {
            Interlocked.Decrement(ref _open);
            throw;
        }

        if (handover is not null)
        {
            handover.Continue(this, socket, name);
            return;
        }

        try
        {
            Begin(socket, name);
            await socket.Completed;
        }
        finally
        {
            await EndAsync(socket);
        }
    }

    /// <summary>
    /// Hands over the socket of a request that has been answered with an upgrade; <see cref="EndAsync"/> follows when it has been disposed, or this throws.
    /// </summary>
    /// <param name="socket">The socket.</param>
    /// <param name="name">What the peer calls itself; null: nothing.</param>
    public void Begin(WebSocketPeerSocket socket, string? name)
    {
        _keepAlive.Add(socket);
        _accepted(new ConnectedPeer(socket, name ?? _unnamed.Next(), Lasting: name is not null));
    }

    /// <summary>Ends the network connection of a socket and gives its place back.</summary>
    public async Task EndAsync(WebSocketPeerSocket socket)
    {
        try
        {
            _keepAlive.Remove(socket);
            await socket.DisposeAsync();
            await socket.LingerAsync(_linger, _time);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _keepAlive.Dispose();
        _upgrades?.Dispose();
    }

    private static TokenBucketRateLimiterOptions Upgrades(int perSecond) => new()
    {
        TokenLimit = perSecond,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    };

    private CoalescingStream Wrap(Stream network) =>
        new(network, _server.ReadBufferSize, _server.WriteBufferSize, _time, leaveInnerOpen: true);

    private CoalescingStream Wrap(WatchedStream network) => new(network, _server.ReadBufferSize, _server.WriteBufferSize);

    private HttpRefusal? Refuse(HttpContext context, IHttpWebSocketFeature? webSocket, out string? name)
    {
        name = null;
        var request = context.Request;
        if (webSocket is not { IsWebSocketRequest: true })
        {
            const string reason = "This path takes WebSocket connections, version 13, and nothing else.";
            return new HttpRefusal(StatusCodes.Status426UpgradeRequired, reason, null);
        }

        if (_draining)
        {
            return HttpRefusal.Busy("Not taking connections at the moment.");
        }

        var origin = request.Headers.Origin;
        if (!_origins.Allows(origin.Count == 0 ? null : origin.ToString(), request.Scheme, request.Host.Value ?? ""))
        {
            return new HttpRefusal(StatusCodes.Status403Forbidden, "This origin may not connect.", ErrorTypes.OriginRejected);
        }

        if (Authenticate(context, out var ownName) is { } unknown)
        {
            return unknown;
        }

        if (!PeerIdentity.TryRead(request.Headers[PeerIdentity.Header], out name))
        {
            const string reason = $"{PeerIdentity.Header} must be 1 to 64 of A-Za-z0-9_- and appear once.";
            return new HttpRefusal(StatusCodes.Status400BadRequest, reason, null);
        }

        // What a peer has proven goes before what it says.
        name = PeerIdentity.Of(context.Connection.ClientCertificate) ?? ownName ?? name;

        // The last of all, so that nobody without credentials uses up what the others may have.
        return _upgrades is null || Acquired(_upgrades) ? null : HttpRefusal.Busy("Too many new connections at once.");
    }

    private HttpRefusal? Authenticate(HttpContext context, out string? name)
    {
        name = null;
        var address = context.Connection.RemoteIpAddress;

        // Right credentials are refused as well: an answer that told them from wrong ones would let the guessing go on.
        if (_failures.RetryAfter(address) is { } wait)
        {
            return new HttpRefusal(StatusCodes.Status429TooManyRequests, "Wrong credentials too often.", ErrorTypes.AuthThrottled)
            {
                Header = (HeaderNames.RetryAfter, Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
            };
        }

        if (_authenticator.Accepts(context.Request.Headers.Authorization, out name))
        {
            return null;
        }

        _failures.Add(address);
        return new HttpRefusal(StatusCodes.Status401Unauthorized, "Credentials are missing or wrong.", ErrorTypes.AuthFailed)
        {
            Header = (HeaderNames.WWWAuthenticate, _authenticator.Challenge),
        };
    }

    private static bool Acquired(TokenBucketRateLimiter limiter)
    {
        using var lease = limiter.AttemptAcquire();
        return lease.IsAcquired;
    }

    private Task RefuseAsync(HttpContext context, HttpRefusal refusal)
    {
        if (refusal.ErrorType is { } type)
        {
            _metrics.Errors(type).Inc();
        }

        return refusal.WriteAsync(context);
    }

    private async Task<WebSocketPeerSocket> AcceptAsync(
        HttpContext context, IHttpWebSocketFeature webSocket, UpgradeDecorator decorator, ConnectionHandover? handover)
    {
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { } tcp)
        {
            TcpProbes.Enable(tcp, _connection);
        }

        // The WebSocket that the middleware makes holds on to the request. After its handshake one that does not takes its place.
        _ = await webSocket.AcceptAsync(AcceptContext(context.Request));
        var stream = decorator.Upgraded!;
        var accepted = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
        {
            IsServer = true,

            // KeepAliveSweep does this.
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
            DangerousDeflateOptions = DeflateOffer.Agreed(context.Response.Headers.SecWebSocketExtensions),
        });
        return new WebSocketPeerSocket(accepted, stream, handover is null ? context.Abort : handover.Abort,
            RemoteAddress.Of(context.Connection.RemoteIpAddress, context.Connection.RemotePort));
    }

    private WebSocketAcceptContext AcceptContext(HttpRequest request)
    {
        if (_server.EnableCompression)
        {
            request.Headers.SecWebSocketExtensions = DeflateOffer.WithoutContextTakeover(request.Headers.SecWebSocketExtensions);
        }

        return new WebSocketAcceptContext
        {
            KeepAliveInterval = Timeout.InfiniteTimeSpan,

            // "Dangerous" because a message that mixes secrets with text from strangers tells the secrets by its size (CRIME). A
            // federation message is one peer's own, and answers are too short to be compressed.
            DangerousEnableCompression = _server.EnableCompression,
            DisableServerContextTakeover = true,
        };
    }
}
