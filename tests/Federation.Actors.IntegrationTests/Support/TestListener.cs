using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Threading.Channels;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;
using Federation.Actors.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A real listener on a free port of 127.0.0.1 with one endpoint on <c>/ingest</c>; accepted peers wait to be taken.</summary>
internal sealed class TestListener : IAsyncDisposable
{
    private readonly Channel<AcceptedPeer> _accepted = Channel.CreateUnbounded<AcceptedPeer>();
    private readonly ConcurrentQueue<AcceptedPeer> _all = new();
    private readonly WebSocketListener _listener;

    private TestListener(ServerSettings server, ConnectionSettings connection, AuthSettings auth, Dictionary<string, string> environment)
    {
        Metrics = new ComponentMetrics(new FederationMetrics(), "edge-in");
        Endpoint = new PeerEndpoint(
            server,
            connection,
            PeerAuthenticator.Create(auth, environment.GetValueOrDefault),
            Metrics,
            peer =>
            {
                _all.Enqueue(peer);
                Assert.True(_accepted.Writer.TryWrite(peer));
            },
            NullLoggerFactory.Instance);
        _listener = new WebSocketListener(server.Host, 0, server.HandshakeTimeout, NullLoggerFactory.Instance);
        _listener.Map(server.Path, Endpoint);
    }

    public ComponentMetrics Metrics { get; }

    public PeerEndpoint Endpoint { get; }

    public WebSocketListener Listener => _listener;

    public int Port => _listener.Port;

    public Uri Uri => new($"ws://127.0.0.1:{Port}/ingest");

    public static async Task<TestListener> StartAsync(
        ServerSettings? server = null,
        ConnectionSettings? connection = null,
        AuthSettings? auth = null,
        Dictionary<string, string>? environment = null)
    {
        var listener = new TestListener(
            server ?? new ServerSettings { Host = "127.0.0.1" }, connection ?? new ConnectionSettings(), auth ?? new AuthSettings(), environment ?? []);
        await listener._listener.StartAsync(CancellationToken.None);
        return listener;
    }

    /// <summary>The next peer the endpoint lets in.</summary>
    public async Task<AcceptedPeer> AcceptedAsync() => await _accepted.Reader.ReadAsync().AsTask().WaitAsync(Patience.Long);

    /// <summary>Opens a WebSocket.</summary>
    public async Task<ClientWebSocket> ConnectAsync(Action<ClientWebSocketOptions>? configure = null)
    {
        var client = new ClientWebSocket();
        configure?.Invoke(client.Options);
        await client.ConnectAsync(Uri, CancellationToken.None).WaitAsync(Patience.Long);
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
