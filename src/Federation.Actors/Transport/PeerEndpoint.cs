using System.Net.Sockets;
using System.Net.WebSockets;
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
/// Any ASP.NET Core server may call <see cref="HandleAsync"/>; no middleware has to run before it. Thread-safe. The request stays open
/// until whoever got the peer has disposed its socket. Dispose this after the last of them.
/// </remarks>
internal sealed class PeerEndpoint : IDisposable
{
    /// <summary>Seconds after which a refused peer may try again: the first steps of a peer's backoff.</summary>
    private const string RetryAfterSeconds = "5";

    /// <summary>
    /// Time a peer has to answer our close frame. Until then its bytes are read and dropped: closing a TCP connection that holds unread
    /// bytes resets it, and a reset may overtake the close frame.
    /// </summary>
    private readonly TimeSpan _linger = TimeSpan.FromSeconds(1);

    private readonly ServerSettings _server;
    private readonly ConnectionSettings _connection;
    private readonly PeerAuthenticator _authenticator;
    private readonly OriginPolicy _origins;
    private readonly ComponentMetrics _metrics;
    private readonly Action<AcceptedPeer> _accepted;
    private readonly TimeProvider _time;
    private readonly WebSocketMiddleware _webSockets;
    private readonly KeepAliveSweep _keepAlive;
    private volatile bool _draining;
    private int _open;
    private int _unnamed;

    /// <param name="server">The listening end.</param>
    /// <param name="connection">Bounds of each connection.</param>
    /// <param name="authenticator">Checks credentials.</param>
    /// <param name="metrics">Where refusals are counted.</param>
    /// <param name="accepted">Takes each peer over, with its socket. Called on the request's thread; must not wait.</param>
    /// <param name="loggerFactory">For the WebSocket handshake's own log.</param>
    /// <param name="time">Clock of the keep-alive.</param>
    public PeerEndpoint(
        ServerSettings server,
        ConnectionSettings connection,
        PeerAuthenticator authenticator,
        ComponentMetrics metrics,
        Action<AcceptedPeer> accepted,
        ILoggerFactory loggerFactory,
        TimeProvider? time = null)
    {
        _server = server;
        _connection = connection;
        _authenticator = authenticator;
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

    /// <summary>Serves one request, to its end.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var decorator = UpgradeDecorator.Install(context.Features, Wrap);
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
            await RefuseAsync(context, Busy("Too many connections."));
            return;
        }

        try
        {
            await ServeAsync(context, webSocket!, decorator, name);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _keepAlive.Dispose();

    private CoalescingStream Wrap(Stream network) =>
        new(network, _server.ReadBufferSize, _server.WriteBufferSize, _time, leaveInnerOpen: true);

    private Refusal? Refuse(HttpContext context, IHttpWebSocketFeature? webSocket, out string? name)
    {
        name = null;
        var request = context.Request;
        if (webSocket is not { IsWebSocketRequest: true })
        {
            const string reason = "This path takes WebSocket connections, version 13, and nothing else.";
            return new Refusal(StatusCodes.Status426UpgradeRequired, reason, null);
        }

        if (_draining)
        {
            return Busy("Not taking connections at the moment.");
        }

        var origin = request.Headers.Origin;
        if (!_origins.Allows(origin.Count == 0 ? null : origin.ToString(), request.Scheme, request.Host.Value ?? ""))
        {
            return new Refusal(StatusCodes.Status403Forbidden, "This origin may not connect.", ErrorTypes.OriginRejected);
        }

        if (!_authenticator.Accepts(request.Headers.Authorization))
        {
            return new Refusal(StatusCodes.Status401Unauthorized, "Credentials are missing or wrong.", ErrorTypes.AuthFailed)
            {
                Header = (HeaderNames.WWWAuthenticate, _authenticator.Challenge),
            };
        }

        return PeerIdentity.TryRead(request.Headers[PeerIdentity.Header], out name)
            ? null
            : new Refusal(StatusCodes.Status400BadRequest, $"{PeerIdentity.Header} must be 1 to 64 of A-Za-z0-9_- and appear once.", null);
    }

    private static Refusal Busy(string reason) => new(StatusCodes.Status503ServiceUnavailable, reason, ErrorTypes.ConnectionRefused)
    {
        Header = (HeaderNames.RetryAfter, RetryAfterSeconds),
    };

    private Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        if (refusal.ErrorType is { } type)
        {
            _metrics.Errors(type).Inc();
        }

        return refusal.WriteAsync(context);
    }

    private async Task ServeAsync(HttpContext context, IHttpWebSocketFeature webSocket, UpgradeDecorator decorator, string? name)
    {
        ProbeWhileHeldUp(context);
        using var accepted = await webSocket.AcceptAsync(AcceptContext(context.Request));
        var stream = decorator.Upgraded!;
        var socket = new WebSocketPeerSocket(accepted, stream, context.Abort, RemoteAddress(context.Connection));
        _keepAlive.Add(socket);
        try
        {
            _accepted(new AcceptedPeer(socket, name ?? $"client-{Interlocked.Increment(ref _unnamed)}", Lasting: name is not null));
            await socket.Completed;
        }
        finally
        {
            _keepAlive.Remove(socket);
            await socket.DisposeAsync();
        }

        if (!socket.ClosedByBoth)
        {
            await stream.DropIncomingAsync(_linger, _time);
            context.Abort();
        }
    }

    private WebSocketAcceptContext AcceptContext(HttpRequest request)
    {
        if (_server.EnableCompression)
        {
            request.Headers.SecWebSocketExtensions = DeflateOffer.WithoutContextTakeover(request.Headers.SecWebSocketExtensions);
        }

        return new WebSocketAcceptContext
        {
            // KeepAliveSweep does this.
            KeepAliveInterval = Timeout.InfiniteTimeSpan,

            // "Dangerous" because a message that mixes secrets with text from strangers tells the secrets by its size (CRIME). A
            // federation message is one peer's own, and answers are too short to be compressed.
            DangerousEnableCompression = _server.EnableCompression,
            DisableServerContextTakeover = true,
        };
    }

    /// <summary>
    /// While backpressure keeps us from reading, no pong can be seen. Then nothing is sent either, and the kernel's own probes, which the
    /// other end's kernel answers, find the host that is gone.
    /// </summary>
    private void ProbeWhileHeldUp(HttpContext context)
    {
        const int probes = 3;
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { ProtocolType: ProtocolType.Tcp } socket)
        {
            var interval = Seconds(_connection.KeepAliveTimeout / probes);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(_connection.KeepAliveInterval));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, interval);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, probes);
        }

        static int Seconds(TimeSpan span) => Math.Max(1, (int)span.TotalSeconds);
    }

    private static string RemoteAddress(ConnectionInfo connection)
    {
        var address = connection.RemoteIpAddress;
        if (address is null)
        {
            return "unknown";
        }

        return new System.Net.IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, connection.RemotePort).ToString();
    }
}
