using System.Globalization;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Federation.Actors.Transport;

/// <summary>Takes the requests on one component's path: refuses what may not come in, accepts the rest as sockets.</summary>
/// <remarks>Thread-safe. Every refusal is counted and says in one line of plain text what was wrong; the table is on the protocol page.</remarks>
internal sealed class PeerEndpoint
{
    /// <summary>Header in which a peer says who it is.</summary>
    internal const string PeerHeader = "X-Federation-Peer";

    /// <summary>What a refused peer should wait before it tries again, in seconds.</summary>
    private const int RetryAfter = 5;

    private readonly ServerSettings _server;
    private readonly ComponentMetrics _metrics;
    private readonly Action<AcceptedPeer> _accept;
    private readonly Authenticator _authenticator;
    private readonly OriginPolicy _origins;
    private readonly WebSocketMiddleware _handshake;
    private long _generated;
    private int _open;

    /// <param name="server">Limits and origins.</param>
    /// <param name="connection">Keep-alive.</param>
    /// <param name="auth">Who may come in.</param>
    /// <param name="metrics">Counts refusals.</param>
    /// <param name="accept">Gets every accepted socket and owns it; called on a thread of the web server.</param>
    /// <param name="loggers">For the handshake.</param>
    /// <exception cref="InvalidOperationException">A credential's environment variable is not set.</exception>
    public PeerEndpoint(
        ServerSettings server, ConnectionSettings connection, AuthSettings auth, ComponentMetrics metrics, Action<AcceptedPeer> accept, ILoggerFactory loggers)
    {
        _server = server;
        _metrics = metrics;
        _accept = accept;
        _authenticator = new Authenticator(auth);
        _origins = new OriginPolicy(server.AllowedOrigins);
        var options = new WebSocketOptions { KeepAliveInterval = connection.KeepAliveInterval, KeepAliveTimeout = connection.KeepAliveTimeout };
        _handshake = new WebSocketMiddleware(AcceptAsync, Options.Create(options), loggers);
    }

    /// <summary>While true no one is let in.</summary>
    public bool Draining { get; set; }

    /// <summary>Serves one request; completes when the connection has ended.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            context.Features.Set<IHttpUpgradeFeature>(new CoalescingUpgrade(upgrade, _server.ReadBufferSize));
        }

        return _handshake.Invoke(context);
    }

    /// <summary>True for 1 to 64 of <c>A-Za-z0-9_-</c>.</summary>
    internal static bool IsIdentity(string name) =>
        name.Length is > 0 and <= 64 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static async Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfter.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsync(why + "\n");
    }

    private async Task AcceptAsync(HttpContext context)
    {
        if (Refusal(context) is var (status, error, why))
        {
            if (error.Length > 0)
            {
                _metrics.Errors(error).Inc();
            }

            await RefuseAsync(context, status, why);
            return;
        }

        if (Interlocked.Increment(ref _open) > _server.MaxConnections)
        {
            Interlocked.Decrement(ref _open);
            _metrics.Errors(ErrorTypes.ConnectionRefused).Inc();
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, $"there are already {_server.MaxConnections} connections");
            return;
        }

        try
        {
            await ServeAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private (int Status, string Error, string Why)? Refusal(HttpContext context)
    {
        var request = context.Request;
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.Connection = "Upgrade";
            context.Response.Headers.SecWebSocketVersion = "13";
            return (StatusCodes.Status426UpgradeRequired, "", "this path takes WebSocket connections only");
        }

        if (Draining)
        {
            return (StatusCodes.Status503ServiceUnavailable, ErrorTypes.ConnectionRefused, "the node is shutting down");
        }

        if (!_origins.Allows(request.Headers.Origin.ToString(), request.Scheme, request.Host.Value ?? ""))
        {
            return (StatusCodes.Status403Forbidden, ErrorTypes.OriginRejected, "this origin is not among the allowed ones");
        }

        if (!_authenticator.Accepts(request.Headers.Authorization))
        {
            context.Response.Headers.WWWAuthenticate = _authenticator.Challenge;
            return (StatusCodes.Status401Unauthorized, ErrorTypes.AuthFailed, "credentials are missing or wrong");
        }

        if (request.Headers.TryGetValue(PeerHeader, out var peer) && !IsIdentity(peer.ToString()))
        {
            return (StatusCodes.Status400BadRequest, ErrorTypes.BadIdentity, $"{PeerHeader} takes 1 to 64 of A-Z a-z 0-9 _ -");
        }

        return null;
    }

    private async Task ServeAsync(HttpContext context)
    {
        var named = context.Request.Headers[PeerHeader].ToString();
        var identity = named.Length > 0 ? named : $"client-{Interlocked.Increment(ref _generated)}";
        var webSocket = await context.WebSockets.AcceptWebSocketAsync(Handshake(context.Request));
        var stream = ((CoalescingUpgrade)context.Features.GetRequiredFeature<IHttpUpgradeFeature>()).Stream!;
        var remote = $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}";
        var socket = new WebSocketPeerSocket(webSocket, stream, remote, context.Abort);
        _accept(new AcceptedPeer(socket, identity, named.Length > 0));
        await socket.Disposed;
    }

    private WebSocketAcceptContext Handshake(HttpRequest request)
    {
        // Neither side keeps a compression context between messages, so an idle connection holds no window. The peer's side is asked for in
        // its name: a server may require it unasked (RFC 7692 section 7.1.1.2), and the stock handshake answers only what was offered.
        const string PeerKeepsNoContext = "client_no_context_takeover";
        var offers = request.Headers.SecWebSocketExtensions.ToString();
        if (_server.EnableCompression && offers.Length > 0 && !offers.Contains(PeerKeepsNoContext, StringComparison.Ordinal))
        {
            var end = offers.IndexOf(',', StringComparison.Ordinal);
            request.Headers.SecWebSocketExtensions = end < 0 ? $"{offers}; {PeerKeepsNoContext}" : $"{offers[..end]}; {PeerKeepsNoContext}{offers[end..]}";
        }

        return new WebSocketAcceptContext { DangerousEnableCompression = _server.EnableCompression, DisableServerContextTakeover = true };
    }
}
