using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Threading.Channels;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A real listener on a free port of 127.0.0.1 with one endpoint on <c>/ingest</c>; accepted peers wait to be taken.</summary>
internal sealed class TestListener : IAsyncDisposable
{
    private readonly Channel<ConnectedPeer> _accepted = Channel.CreateUnbounded<ConnectedPeer>();
    private readonly ConcurrentQueue<ConnectedPeer> _all = new();
    private readonly WebSocketListener _listener;

    private TestListener(
        ServerSettings server, ConnectionSettings connection, AuthSettings auth,
        Dictionary<string, string> environment, ILoggerFactory loggers)
    {
        Metrics = new ComponentMetrics(new FederationMetrics(), "edge-in");
        Endpoint = new PeerEndpoint(
            server,
            connection,
            auth,
            PeerAuthenticator.Create(auth, environment.GetValueOrDefault, loggers),
            new FailureThrottle(auth.MaxFailuresPerMinute),
            Metrics,
            peer =>
            {
                _all.Enqueue(peer);
                Assert.True(_accepted.Writer.TryWrite(peer));
            },
            loggers,
            refused: Refused.Enqueue);
        var tls = server.Tls.Enabled
            ? new ServerTls(server.Tls, environment.GetValueOrDefault, loggers.CreateLogger("tls"), TimeProvider.System) : null;
        _listener = new WebSocketListener(server with { HttpPort = 0 }, tls, loggers);
        Scheme = tls is null ? "ws" : "wss";
        _listener.Map(server.Path, Endpoint);
    }

    /// <summary>The handshakes refused so far.</summary>
    public ConcurrentQueue<RefusedHandshake> Refused { get; } = new();

    public ComponentMetrics Metrics { get; }

    public PeerEndpoint Endpoint { get; }

    public WebSocketListener Listener => _listener;

    public int Port => _listener.Port;

    public string Scheme { get; }

    public Uri Uri => new($"{Scheme}://127.0.0.1:{Port}/ingest");

    public static async Task<TestListener> StartAsync(
        ServerSettings? server = null,
        ConnectionSettings? connection = null,
        AuthSettings? auth = null,
        Dictionary<string, string>? environment = null,
        ILoggerFactory? loggers = null)
    {
        var listener = new TestListener(
            server ?? new ServerSettings { Host = "127.0.0.1" },
            connection ?? new ConnectionSettings(),
            auth ?? new AuthSettings(),
            environment ?? [],
            loggers ?? NullLoggerFactory.Instance);
        await listener._listener.StartAsync(CancellationToken.None);
        return listener;
    }

    /// <summary>The next peer the endpoint lets in.</summary>
    public async Task<ConnectedPeer> AcceptedAsync() => await _accepted.Reader.ReadAsync().AsTask().WaitAsync(Patience.Long);

    /// <summary>Opens a WebSocket.</summary>
    /// <param name="configure">Sets headers and the like.</param>
    /// <param name="tls">What the dialling end is set to; null where the listener speaks no TLS.</param>
    public async Task<ClientWebSocket> ConnectAsync(Action<ClientWebSocketOptions>? configure = null, TlsClientSettings? tls = null)
    {
        var client = new ClientWebSocket();
        configure?.Invoke(client.Options);
        if (tls is null)
        {
            await client.ConnectAsync(Uri, CancellationToken.None).WaitAsync(Patience.Long);
            return client;
        }

        // The stream under the handshake is ours: a handler of the library's would put the url's host in place of server_name.
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                var tcp = new TcpClient { NoDelay = true };
                await tcp.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
                var stream = new SslStream(tcp.GetStream());
                await stream.AuthenticateAsClientAsync(ClientTls.Options(tls, context.DnsEndPoint.Host), cancellationToken);
                return stream;
            },
        };
        var http = new HttpMessageInvoker(handler);
        await client.ConnectAsync(new UriBuilder(Uri) { Scheme = "ws" }.Uri, http, CancellationToken.None).WaitAsync(Patience.Long);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _all)
        {
            await peer.Socket.DisposeAsync();
        }

        await _listener.DisposeAsync();
        Endpoint.Dispose();
    }
}
