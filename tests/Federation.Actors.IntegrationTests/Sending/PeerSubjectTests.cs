using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>Each peer gets the messages only whose subject has its name.</summary>
[Trait("Servers", "All")]
public sealed class PeerSubjectTests : StreamTestBase
{
    private static readonly InputPortSettings Core = SendingNode.Core with { Subject = "events.{peer}.>" };

    private static readonly InputPortSettings Stored = SendingNode.Stream with { Subject = "events.{peer}.>" };

    private NatsConnection? _publisher;

    public override async Task DisposeAsync()
    {
        if (_publisher is not null)
        {
            await _publisher.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    [Fact]
    public async Task From_NATS_a_peer_gets_its_own_also_what_came_while_it_was_away_and_the_rest_is_counted()
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, Core);
        await using var one = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await using var nameless = await ReceivingPeer.ConnectAsync(node.Url, null);
        await using (var two = await ReceivingPeer.ConnectAsync(node.Url, "two"))
        {
            await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == 3, "three peers");
            await PublishAsync("events.two.a", 1);
            await two.CountAsync(1);
        }

        await Eventually.TrueAsync(async () => await node.MetricAsync("connections_active") == 2, "two is away");
        await PublishAsync("events.two.b", 2);
        await PublishAsync("events.three.a", 3);
        await PublishAsync("events.client-1.a", 4);
        await PublishAsync("events.one.a.b", 5);
        await one.CountAsync(1);
        await using var again = await ReceivingPeer.ConnectAsync(node.Url, "two");
        await again.CountAsync(1);

        Assert.Equal([5], one.Numbers);
        Assert.Equal([2], again.Numbers);
        Assert.Empty(nameless.Received);
        Assert.Equal(2, await node.OutputMetricAsync("messages_dropped_total", "reason=\"no_peer\""));
    }

    [Theory]
    [InlineData(StreamConfigRetention.Limits)]
    [InlineData(StreamConfigRetention.Workqueue)]
    public async Task From_a_stream_a_peer_gets_its_own_whenever_it_comes(StreamConfigRetention retention)
    {
        await Stream.DeleteAsync();
        await Stream.CreateAsync(config => config with { Retention = retention });
        await Stream.AddAsync(10, "events.one.a");
        await Stream.AddAsync(10, "events.two.a");
        await using var node = await SendingNode.StartAsync(Nats.Url, Stored);
        await using var one = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await using var nameless = await ReceivingPeer.ConnectAsync(node.Url, null);
        await one.CountAsync(10);
        await using (var two = await ReceivingPeer.ConnectAsync(node.Url, "two"))
        {
            await two.CountAsync(10);
            Assert.Equal(Enumerable.Range(10, 10), two.Numbers);
        }

        await Stream.AllAckedAsync("out=events=two");
        await Stream.AddAsync(10, "events.two.b");
        await Stream.AddAsync(10, "events.one.b");
        await one.CountAsync(20);
        await using var again = await ReceivingPeer.ConnectAsync(node.Url, "two");
        await again.CountAsync(10);

        Assert.Equal([.. Enumerable.Range(0, 10), .. Enumerable.Range(30, 10)], one.Numbers);
        Assert.Equal(Enumerable.Range(20, 10), again.Numbers);
        Assert.Empty(nameless.Received);
        Assert.Equal(
            ["events.one.>", "events.two.>"], (await Stream.ConsumersAsync(2)).Select(static found => found.Config.FilterSubject).Order());
    }

    [Theory]
    [InlineData("replay", """{"start_sequence":1}""")]
    [InlineData("replay", """{"count":100}""")]
    [InlineData("subscribe", """{"subjects":["events.two.>"]}""")]
    public async Task No_request_of_a_peer_reaches_what_is_for_another(string method, string parameters)
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, Stored);
        await using var two = await ReceivingPeer.ConnectAsync(node.Url, "two");
        await using var one = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await using var nameless = await ReceivingPeer.ConnectAsync(node.Url, null);
        await Stream.AddAsync(10, "events.two.a");
        await two.CountAsync(10);

        var replies = await Task.WhenAll(one.AskAsync(method, parameters), nameless.AskAsync(method, parameters));
        await Stream.AddAsync(10, "events.two.a");
        await two.CountAsync(20);

        Assert.All(replies, static reply => Assert.Equal("ok", reply.GetProperty("status").GetString()));
        Assert.All(replies, static reply => Assert.False(
            reply.GetProperty("result").TryGetProperty("messages_available", out var available) && available.GetInt32() > 0));
        Assert.Empty(one.Received);
        Assert.Empty(nameless.Received);
    }

    [Theory]
    [InlineData("edge 7.example", "edge_7_example")]
    [InlineData(">", "_")]
    [InlineData("*", "_")]
    public async Task A_certificate_with_another_name_than_a_subject_may_have_gets_what_its_mapped_name_has(string certified, string mapped)
    {
        await using var node = await TestNode.StartAsync(new FederationSettings
        {
            Nats = new NatsSettings { Url = Nats.Url },
            Components =
            [
                TestNode.Component("out") with
                {
                    Server = new ServerSettings { Host = "127.0.0.1", HttpPort = 0, ClientNameHeader = "X-CN",
                        TrustedProxies = ["127.0.0.1"] },
                    Ports = new PortsSettings { Inputs = [Core] },
                },
            ],
        });
        await node.WhenAsync(static report => report.Ready, "ready");
        await using var peer = await ReceivingPeer.ConnectAsync(
            node.Url, null, change: options => options.SetRequestHeader("X-CN", certified));
        await using var other = await ReceivingPeer.ConnectAsync(
            node.Url, null, change: static options => options.SetRequestHeader("X-CN", "other"));
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == 2, "known");

        await PublishAsync("events.other.a", 1);
        await PublishAsync($"events.{mapped}.a", 2);

        await peer.CountAsync(1);
        await other.CountAsync(1);
        Assert.Equal([2], peer.Numbers);
        Assert.Equal([1], other.Numbers);
    }

    private async Task PublishAsync(string subject, int number)
    {
        _publisher ??= new NatsConnection(new NatsOpts { Url = Nats.Url });
        await _publisher.PublishAsync(subject, $$"""{"n":{{number}}}""");
        await _publisher.PingAsync();
    }
}
