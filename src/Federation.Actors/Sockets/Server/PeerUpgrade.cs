using System.Net.WebSockets;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets.Kestrel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Federation.Actors.Sockets.Server;

/// <summary>Turns admitted handshakes into sockets: the answer, the extensions, the stream under the frames.</summary>
internal sealed class PeerUpgrade
{
    internal const string TokenPrefix = "bearer.";

    private readonly ServerSettings _server;
    private readonly ConnectionSettings _connection;
    private readonly TimeProvider _time;
    private readonly WebSocketMiddleware _webSockets;

    public PeerUpgrade(ServerSettings server, ConnectionSettings connection, ILoggerFactory loggerFactory, TimeProvider time)
    {
        _server = server;
        _connection = connection;
        _time = time;

        // Used for its handshake only. Options are given per request; origins are checked by PeerAdmission, against the same origin too.
        _webSockets = new WebSocketMiddleware(static _ => Task.CompletedTask, Options.Create(new WebSocketOptions()), loggerFactory);
    }

    public static bool IsToken(string offered) => offered.StartsWith(TokenPrefix, StringComparison.Ordinal);

    /// <returns>Its WebSocket handshake, or null, and the decorated upgrade.</returns>
    public async Task<(IHttpWebSocketFeature? WebSocket, UpgradeDecorator Decorator)> PrepareAsync(
        HttpContext context, ConnectionHandover? handover)
    {
        var decorator = new UpgradeDecorator(context.Features, handover is null ? Wrap : _ => Wrap(handover.Take(_time)));
        await _webSockets.Invoke(context);
        return (context.Features.Get<IHttpWebSocketFeature>(), decorator);
    }

    public async Task<WebSocketPeerSocket> AcceptAsync(
        HttpContext context, IHttpWebSocketFeature webSocket, UpgradeDecorator decorator, ConnectionHandover? handover)
    {
        if (decorator.Tcp is { } tcp)
        {
            TcpProbes.Enable(tcp, _connection);
        }

        // The WebSocket that the middleware makes holds on to the request. After its handshake one that does not takes its place.
        _ = await webSocket.AcceptAsync(AcceptContext(context.Request));
        var stream = decorator.Upgraded!;
        var isBatching = IsBatching(context.Response.Headers.SecWebSocketProtocol);
        var deflate = DeflateOffer.Agreed(context.Response.Headers.SecWebSocketExtensions);
        stream.AllowsCompression = deflate is not null;
        var accepted = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
        {
            IsServer = true,

            // KeepAliveSweep does this.
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
            DangerousDeflateOptions = deflate,
        });
        return new WebSocketPeerSocket(accepted, stream, handover is null ? context.Abort : handover.Abort,
            RemoteAddress.Of(context.Connection.RemoteIpAddress, context.Connection.RemotePort))
        {
            IsBatching = isBatching,

            // A smaller window is only for peers that ask for one, which nodes do not.
            Compressor = isBatching && deflate is { ServerMaxWindowBits: DeflateOffer.MaxWindowBits }
                ? new FrameCompressor(_connection.CompressionLevel, isMasked: false) : null,
        };
    }

    private bool IsBatching(StringValues agreed) =>
        _connection.Batching && string.Equals(agreed.ToString(), BatchFrame.Subprotocol, StringComparison.Ordinal);

    private CoalescingStream Wrap(Stream network) =>
        new(network, _server.ReadBufferSize, _server.WriteBufferSize, _time, accepted: true);

    private CoalescingStream Wrap(WatchedStream network) => new(network, _server.ReadBufferSize, _server.WriteBufferSize, accepted: true);

    private string? Subprotocol(HttpRequest request)
    {
        var offered = request.Headers.GetCommaSeparatedValues(HeaderNames.SecWebSocketProtocol);
        return offered.Length == 0 ? null
            : _connection.Batching && offered.Contains(BatchFrame.Subprotocol, StringComparer.Ordinal) ? BatchFrame.Subprotocol
            : _server.Subprotocols.FirstOrDefault(own => offered.Contains(own, StringComparer.Ordinal));
    }

    private WebSocketAcceptContext AcceptContext(HttpRequest request)
    {
        if (_server.EnableCompression)
        {
            request.Headers.SecWebSocketExtensions = DeflateOffer.Acceptable(request.Headers.SecWebSocketExtensions);
        }

        return new WebSocketAcceptContext
        {
            SubProtocol = Subprotocol(request),
            KeepAliveInterval = Timeout.InfiniteTimeSpan,

            // "Dangerous" because a message that mixes secrets with text from strangers tells the secrets by its size (CRIME). A
            // federation message is one peer's own, and answers are too short to be compressed.
            DangerousEnableCompression = _server.EnableCompression,
            DisableServerContextTakeover = true,
        };
    }
}
