using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>A node that dials.</summary>
public sealed class ClientModeTests : IAsyncLifetime
{
    private NatsServer _nats = null!;

    public async Task InitializeAsync() => _nats = await NatsServer.StartAsync();

    public async Task DisposeAsync() => await _nats.DisposeAsync();

    [Fact]
    public async Task What_a_dialled_server_sends_arrives_at_nats_and_is_acked()
    {
        await using var server = await SendingServer.StartAsync();
        await using var subscriber = await NatsSubscriber.StartAsync(_nats.Url, "federated.data");
        await using var node = await DialAsync(server.Url);
        await node.WhenAsync(static report => report.Ready, "connected");
        Assert.Equal("connected", (await node.HealthAsync()).Components["edge-in"].Status);

        await server.SendAsync(TestPeer.Data("msg-1", """{"a": [1, 2]}"""));

        await Eventually.TrueAsync(
            () => server.Received.Any(text => text.StartsWith("""{"type":"ack","id":"msg-1",""", StringComparison.Ordinal)), "the ack");
        await subscriber.CountAsync(1);
        Assert.Equal("""{"a": [1, 2]}""", Assert.Single(subscriber.Payloads));
        Assert.Equal("node-1-edge-in", Assert.Single(server.Handshakes)["X-Federation-Peer"]);
        Assert.Equal(1, await node.MetricAsync("connection_state", "state=\"connected\""));
        await node.AssertConservedAsync();
    }

    [Fact]
    public async Task A_lost_connection_comes_back_by_itself()
    {
        await using var server = await SendingServer.StartAsync();
        await using var node = await DialAsync(server.Url);
        await node.WhenAsync(static report => report.Ready, "connected");

        server.Cut();

        await Eventually.TrueAsync(() => server.Handshakes.Count == 2 && server.Open == 1, "a second connection");
        await node.WhenAsync(static report => report.Ready, "connected again");
        Assert.Equal(1, await node.MetricAsync("reconnect_attempts_total"));
        Assert.Equal(1, await node.MetricAsync("connections_active"));
    }

    [Fact]
    public async Task A_server_that_closes_at_once_is_not_dialled_in_a_tight_loop()
    {
        await using var server = await SendingServer.StartAsync();
        server.ClosesAtOnce = true;
        await using var node = await DialAsync(server.Url,
            client => client with { Reconnect = Quick with { InitialInterval = TimeSpan.FromMilliseconds(100), MaxRetries = 4 } });

        await node.WhenAsync(
            static report => string.Equals(report.Components["edge-in"].Status, "failed", StringComparison.Ordinal), "failed");

        // One and four more, after 100, 200, 400 and 800 ms.
        Assert.Equal(5, server.Handshakes.Count);
    }

    [Fact]
    public async Task A_server_that_accepts_and_closes_gets_one_connection_for_each_attempt_and_the_pauses_of_the_settings()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var attempts = new List<long>();
        await using var node = await DialAsync(
            new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"),
            client => client with { Reconnect = Quick with { InitialInterval = TimeSpan.FromMilliseconds(100),
                MaxInterval = TimeSpan.FromSeconds(1) } });
        using var limit = new CancellationTokenSource(Patience.Long);
        while (attempts.Count < 8)
        {
            using var socket = await listener.AcceptSocketAsync(limit.Token);
            attempts.Add(Stopwatch.GetTimestamp());
        }

        // The first attempt of a process is slow: what follows it is measured.
        double[] expected = [0.2, 0.4, 0.8, 1, 1, 1];
        var gaps = attempts.Skip(1).Zip(attempts.Skip(2), static (from, to) => Stopwatch.GetElapsedTime(from, to).TotalSeconds).ToArray();
        Assert.All(expected.Zip(gaps), static pair => Assert.InRange(pair.Second, pair.First * 0.7, (pair.First * 1.3) + 1));
    }

    [Fact]
    public async Task Credentials_are_read_afresh_for_each_dial()
    {
        await using var server = await SendingServer.StartAsync();
        server.Accepts = "Bearer new-token";
        var file = Path.Combine(_nats.DirectoryPath, "token");
        await File.WriteAllTextAsync(file, "old-token\n");
        await using var node = await DialAsync(server.Url, auth: new AuthSettings { Type = AuthType.Bearer, BearerTokenFile = file });
        var lost = await node.WhenAsync(static report => report.Components["edge-in"].Details.LastError is not null, "refused");
        Assert.Equal($"cannot reach {server.Url}: the server answers 401 Unauthorized; the credentials come from the file {file}",
            lost.Components["edge-in"].Details.LastError);
        Assert.True(await node.MetricAsync("errors_total", "type=\"auth_failed\"") > 0);

        await File.WriteAllTextAsync(file, "new-token\n");

        await node.WhenAsync(static report => report.Ready, "connected with the new token");
        Assert.Null((await node.HealthAsync()).Components["edge-in"].Details.LastError);
    }

    [Fact]
    public async Task A_deployed_sender_that_drops_silent_listeners_keeps_one_that_sends_keep_alive_messages()
    {
        await using var server = await SendingServer.StartAsync();
        server.DropSilentAfter = TimeSpan.FromSeconds(3);
        await using var node = await DialAsync(
            server.Url, client => client with { KeepAliveMessageInterval = TimeSpan.FromMilliseconds(50) });

        await Eventually.TrueAsync(() => server.Received.Count >= 80, "eighty keep-alive messages");

        Assert.Equal(0, server.Dropped);
        Assert.Single(server.Handshakes);
        Assert.All(server.Received, text => Assert.StartsWith("""{"type":"ack","id":"","timestamp":""", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_keep_alive_messages_such_a_sender_drops_the_listener()
    {
        await using var server = await SendingServer.StartAsync();
        server.DropSilentAfter = TimeSpan.FromMilliseconds(300);
        await using var node = await DialAsync(server.Url, client => client with { KeepAliveMessageInterval = TimeSpan.Zero });

        await Eventually.TrueAsync(() => server.Dropped > 0 && server.Handshakes.Count > 1, "dropped, and dialled again");
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task The_next_server_is_dialled_when_the_first_is_away()
    {
        await using var server = await SendingServer.StartAsync();
        await using var node = await DialAsync(
            server.Url, client => client with { Url = "", Urls = ["ws://127.0.0.1:1/stream", server.Url.ToString()] });

        var report = await node.WhenAsync(static report => report.Ready, "connected");

        Assert.Equal(server.Url.ToString(), report.Components["edge-in"].Details.Endpoint);
    }

    [Fact]
    public async Task A_proxy_is_dialled_through()
    {
        await using var server = await SendingServer.StartAsync();
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var tunnel = Task.Run(() => TunnelAsync(proxy, asked));
        await using var node = await DialAsync(
            server.Url, client => client with { Proxy = $"http://127.0.0.1:{((IPEndPoint)proxy.LocalEndpoint).Port}" });

        await node.WhenAsync(static report => report.Ready, "connected");

        Assert.StartsWith(
            $"CONNECT 127.0.0.1:{server.Url.Port} HTTP/1.1", await asked.Task.WaitAsync(Patience.Long), StringComparison.Ordinal);
        await node.DisposeAsync();
        await Task.WhenAny(tunnel).WaitAsync(Patience.Long);
    }

    [Fact]
    public async Task A_frozen_server_is_given_up_within_the_keep_alives_time_and_dialled_again()
    {
        await using var hub = await FederationProcess.RunAsync(FederationProcess.Configuration(_nats.Url));
        await using var node = await DialAsync(hub.Url, connection: new ConnectionSettings
        {
            KeepAliveInterval = TimeSpan.FromMilliseconds(500),
            KeepAliveTimeout = TimeSpan.FromMilliseconds(500),
        });
        await node.WhenAsync(static report => report.Ready, "connected");
        hub.Freeze();
        var frozen = Stopwatch.StartNew();

        await node.WhenAsync(static report => !report.Ready, "lost");

        Assert.True(frozen.Elapsed < TimeSpan.FromSeconds(10), $"half open for {frozen.Elapsed}");
        hub.Signal(ProcessSignal.Continue);
        await node.WhenAsync(static report => report.Ready, "connected again");
    }

    [Fact]
    public async Task A_node_that_drains_closes_its_connection_and_does_not_dial_again()
    {
        await using var server = await SendingServer.StartAsync();
        await using var node = await DialAsync(server.Url);
        await node.WhenAsync(static report => report.Ready, "connected");
        await server.SendAsync(TestPeer.Data("last", "{}"));

        await Eventually.TrueAsync(() => server.Received.Count > 0, "an answer");
        await node.StopAsync();

        await Eventually.TrueAsync(() => server.Open == 0, "closed");
        Assert.Equal(0, node.Unanswered);
        Assert.Single(server.Handshakes);
    }

    private static ReconnectSettings Quick { get; } = new()
        { InitialInterval = TimeSpan.FromMilliseconds(50), MaxInterval = TimeSpan.FromSeconds(1), MaxRetries = 0 };

    /// <summary>Serves one tunnel until an end of it closes; says at once what was asked for.</summary>
    private static async Task TunnelAsync(TcpListener proxy, TaskCompletionSource<string> asked)
    {
        using var inbound = await proxy.AcceptTcpClientAsync();
        var request = "";
        var buffer = new byte[1];
        while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal) && await inbound.GetStream().ReadAsync(buffer) > 0)
        {
            request += (char)buffer[0];
        }

        asked.SetResult(request);
        using var outbound = new TcpClient();
        await outbound.ConnectAsync(
            "127.0.0.1", int.Parse(request.Split(' ')[1].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
        await inbound.GetStream().WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        await Task.WhenAny(outbound.GetStream().CopyToAsync(inbound.GetStream()), inbound.GetStream().CopyToAsync(outbound.GetStream()));
    }

    private Task<TestNode> DialAsync(
        Uri url, Func<ClientSettings, ClientSettings>? change = null, AuthSettings? auth = null, ConnectionSettings? connection = null)
    {
        var client = new ClientSettings { Url = url.ToString(), Reconnect = Quick };
        return TestNode.StartAsync(new FederationSettings
        {
            NodeId = "node-1",
            Nats = new NatsSettings { Url = _nats.Url },
            Components =
            [
                TestNode.Component("edge-in") with
                {
                    Mode = ComponentMode.Client,
                    Client = change?.Invoke(client) ?? client,
                    Auth = auth ?? new AuthSettings(),
                    Connection = connection ?? new ConnectionSettings(),
                },
            ],
        });
    }
}
