using System.Text;
using System.Text.Json;
using Akka.Streams;
using Akka.Streams.Dsl;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests;

/// <summary>What appears on NATS goes to peers.</summary>
[Trait("Servers", "All")]
public sealed class EgressTests : IAsyncLifetime
{
    private NatsServer _nats = null!;
    private NatsConnection _publisher = null!;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync();
        _publisher = new NatsConnection(new NatsOpts { Url = _nats.Url });
        await _publisher.ConnectAsync();
    }

    public async Task DisposeAsync()
    {
        await _publisher.DisposeAsync();
        await _nats.DisposeAsync();
    }

    [Fact]
    public async Task What_is_published_reaches_every_peer_as_it_was_published()
    {
        await using var node = await StartAsync();
        await using var one = await ConnectAsync(node, "one");
        await using var other = await ConnectAsync(node, "other");
        await SubscribedAsync(node, one, other);

        await PublishAsync("sensors.a", """{"t": 21.50, "unit": "°C"}""");

        foreach (var peer in new[] { one, other })
        {
            var envelope = await peer.ReceiveAsync("data");
            Assert.Equal("""{"t": 21.50, "unit": "°C"}""", envelope.GetProperty("payload").GetRawText());
            Assert.Equal("sensors.a", envelope.GetProperty("subject").GetString());
            Assert.Equal("""["node-1"]""", envelope.GetProperty("via").GetRawText());
            await AckAsync(peer, envelope);
        }

        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("messages_delivered_total") == 4, "the acks are counted");
        Assert.Equal(0, await node.OutputMetricAsync("messages_held"));
    }

    [Fact]
    public async Task A_node_that_is_ready_has_its_subscriptions()
    {
        await using var link = FaultyLink.To(_nats.Port);
        link.Delays = true;
        await using var node = await StartAsync(url: $"nats://127.0.0.1:{link.Port}");
        await using var peer = await ConnectAsync(node, "one");

        await SubscribedAsync(node, peer);
    }

    [Fact]
    public async Task What_is_no_json_is_wrapped()
    {
        await using var node = await StartAsync();
        await using var peer = await ConnectAsync(node, "one");
        await SubscribedAsync(node, peer);

        await PublishAsync("sensors.a", "21,5 °C");
        Assert.Equal("""{"type":"raw_data","subject":"sensors.a","encoding":"utf8","data":"21,5 °C"}""", (await peer.ReceiveAsync("data"))
            .GetProperty("payload").GetRawText());
        await _publisher.PublishAsync("sensors.b", new byte[] { 0, 255, 128 });
        Assert.Equal("""{"type":"raw_data","subject":"sensors.b","encoding":"base64","data":"AP+A"}""", (await peer.ReceiveAsync("data"))
            .GetProperty("payload").GetRawText());
    }

    [Fact]
    public async Task What_is_not_acked_is_sent_again_under_the_same_id()
    {
        await using var node = await StartAsync(static egress => egress with { AckTimeout = TimeSpan.FromMilliseconds(200) });
        await using var peer = await ConnectAsync(node, "one");
        await SubscribedAsync(node, peer);

        await PublishAsync("sensors.a", "1");
        var first = await peer.ReceiveAsync("data");
        var second = await peer.ReceiveAsync("data");
        await AckAsync(peer, second);

        Assert.Equal(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("messages_held") == 0, "acked");
    }

    [Fact]
    public async Task A_peer_that_comes_back_by_its_name_gets_what_it_has_missed()
    {
        await using var node = await StartAsync();
        string? unacked;
        await using (var peer = await ConnectAsync(node, "one"))
        {
            await SubscribedAsync(node, peer);
            await PublishAsync("sensors.a", "1");
            unacked = (await peer.ReceiveAsync("data")).GetProperty("id").GetString();
        }

        await Eventually.TrueAsync(async () => await node.MetricAsync("connections_active") == 0, "gone");
        await PublishAsync("sensors.a", "2");
        await using var again = await ConnectAsync(node, "one");

        var first = await again.ReceiveAsync("data");
        Assert.Equal(unacked, first.GetProperty("id").GetString());
        Assert.Equal("2", (await again.ReceiveAsync("data")).GetProperty("payload").GetRawText());
    }

    [Fact]
    public async Task A_peer_asks_for_less()
    {
        await using var node = await StartAsync();
        await using var peer = await ConnectAsync(node, "one");
        await SubscribedAsync(node, peer);

        await peer.SendAsync("""{"type":"request","id":"1","payload":{"method":"subscribe" """
            + ""","params":{"filter":{"path":"$.severity","operator":">=","value":"warning"}}}}""");
        Assert.Equal("""{"status":"ok","result":{"subscription_id":"sub-1","filter_applied":true}}""", (await peer.ReceiveAsync("reply"))
            .GetProperty("payload").GetRawText());
        await PublishAsync("sensors.a", """{"severity":"info"}""");
        await PublishAsync("sensors.a", """{"severity":"error"}""");

        Assert.Equal("""{"severity":"error"}""", (await peer.ReceiveAsync("data")).GetProperty("payload").GetRawText());
        Assert.Equal(1, await node.OutputMetricAsync("messages_dropped_total", "reason=\"filtered\""));
    }

    [Fact]
    public async Task What_a_stream_in_this_process_gives_reaches_the_peers_without_nats()
    {
        await using var node = await TestNode.StartAsync(new FederationSettings
        {
            NodeId = "node-1",
            Nats = new NatsSettings { Url = "nats://127.0.0.1:1" },
            Components =
            [
                TestNode.Component("out") with
                {
                    Egress = new EgressSettings { QueueSize = 3000 },
                    Ports = new PortsSettings { Inputs = [new InputPortSettings { Name = "orders", Type = PortType.Local }] },
                },
            ],
        });
        await using var peer = await ConnectAsync(node, "one");
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == 1, "the peer is known");

        Source.From(Enumerable.Range(0, 3000)).Select(
            static number => new OutgoingMessage($"orders.{number}", Encoding.UTF8.GetBytes($"{number}")))
            .Throttle(500, TimeSpan.FromMilliseconds(50), 500, ThrottleMode.Shaping)
            .RunWith(node.Federation.Sink("out"), node.System.Materializer());

        for (var number = 0; number < 3000; number++)
        {
            var envelope = await peer.ReceiveAsync("data");
            Assert.Equal(number, envelope.GetProperty("payload").GetInt32());
            await AckAsync(peer, envelope);
        }

        Assert.True((await node.HealthAsync()).Ready);
    }

    private static Task<TestPeer> ConnectAsync(TestNode node, string name) =>
        TestPeer.ConnectAsync(node.Url, options => options.SetRequestHeader("X-Federation-Peer", name));

    private static Task AckAsync(TestPeer peer, JsonElement envelope) =>
        peer.SendAsync($$"""{"type":"ack","id":{{envelope.GetProperty("id").GetRawText()}}}""");

    private Task PublishAsync(string subject, string payload) => _publisher.PublishAsync(subject, Encoding.UTF8.GetBytes(payload)).AsTask();

    /// <summary>Publishes once a node is ready, and waits until every peer has the message.</summary>
    private async Task SubscribedAsync(TestNode node, params TestPeer[] peers)
    {
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == peers.Length, "the peers are known");
        await node.WhenAsync(static report => report.Ready, "ready");
        await PublishAsync("sensors.start", "0");
        foreach (var peer in peers)
        {
            await AckAsync(peer, await peer.ReceiveAsync("data"));
        }
    }

    private Task<TestNode> StartAsync(Func<EgressSettings, EgressSettings>? change = null, string? url = null) =>
        TestNode.StartAsync(new FederationSettings
    {
        NodeId = "node-1",
        Nats = new NatsSettings { Url = url ?? _nats.Url },
        Components =
        [
            TestNode.Component("out") with
            {
                Ports = new PortsSettings { Inputs = [new InputPortSettings { Name = "sensors", Subject = "sensors.>" }] },
                Egress = (change ?? (static egress => egress))(new EgressSettings()),
            },
        ],
    });
}
