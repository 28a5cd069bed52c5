using System.Globalization;
using System.Text;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>What nobody stores is held for each peer, within bounds, and sent until it is acked.</summary>
[Trait("Servers", "All")]
public sealed class CoreEgressTests : IAsyncLifetime
{
    private NatsServer _nats = null!;
    private NatsConnection _publisher = null!;
    private int _next;

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
    public async Task Nothing_is_lost_while_the_way_to_a_peer_is_cut_again_and_again()
    {
        await using var node = await StartAsync(static egress => egress with { QueueSize = 50_000, MaxInFlight = 100 });
        await using var link = FaultyLink.To(node.Url.Port);
        var url = new UriBuilder(node.Url) { Port = link.Port }.Uri;
        var got = new HashSet<int>();
        for (var round = 0; round < 8; round++)
        {
            var peer = await ReceivingPeer.ConnectAsync(url, "one");
            await using (peer)
            {
                await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == 1, "known");
                var publishing = PublishAsync(2_000);
                await Eventually.TrueAsync(() => peer.Received.Count > 100, "messages flow");
                if (round % 2 == 0)
                {
                    link.CutInTheMiddle();
                }
                else
                {
                    link.Shut();
                    link.Open();
                }

                await peer.Closed;
                await publishing;
            }

            got.UnionWith(peer.Numbers);
            await PublishAsync(500);
        }

        await using var last = await ReceivingPeer.ConnectAsync(url, "one");
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("messages_held") == 0, "all acked", Patience.Long);
        got.UnionWith(last.Numbers);

        Assert.Equal(Enumerable.Range(0, _next), got.Order());
        Assert.Equal(0, await node.OutputMetricAsync("messages_dropped_total"));
    }

    [Fact]
    public async Task What_waits_for_a_peer_that_is_away_is_bounded_and_the_oldest_gives_way()
    {
        await using var node = await StartAsync(static egress => egress with { QueueSize = 100, MaxInFlight = 10 });
        await using (var peer = await ReceivingPeer.ConnectAsync(node.Url, "one"))
        {
            await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == 1, "known");
        }

        await Eventually.TrueAsync(async () => await node.MetricAsync("connections_active") == 0, "gone");
        await PublishAsync(1_000);
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("messages_taken_total") == 1_000, "taken");

        await using var again = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await again.CountAsync(100);

        Assert.Equal(Enumerable.Range(900, 100), again.Numbers);
        Assert.Equal(900, await node.OutputMetricAsync("messages_dropped_total", "reason=\"peer_away\""));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(150)]
    public async Task A_burst_that_fits_the_queue_is_kept_whole(int bytes)
    {
        var payload = Encoding.ASCII.GetBytes($"{{{new string(' ', bytes - 2)}}}");
        await using var node = await StartAsync(static egress => egress with { QueueSize = 100_000 });
        await using (var peer = await ReceivingPeer.ConnectAsync(node.Url, "one"))
        {
            await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == 1, "known");
        }

        await Eventually.TrueAsync(async () => await node.MetricAsync("connections_active") == 0, "gone");
        for (var i = 0; i < 100_000; i++)
        {
            await _publisher.PublishAsync("events.a", payload, serializer: NatsRawSerializer<byte[]>.Default);
        }

        await Eventually.TrueAsync(
            async () => await node.OutputMetricAsync("messages_held")
                + await node.OutputMetricAsync("messages_dropped_total") == 100_000, "all taken", Patience.Long);

        Assert.Equal(0, await node.OutputMetricAsync("messages_dropped_total"));
    }

    [Fact]
    public async Task A_filter_that_changes_while_messages_flow_loses_nothing_that_matches_and_lets_nothing_else_pass()
    {
        await using var node = await StartAsync(static egress => egress with { QueueSize = 10_000 });
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == 1, "known");
        var publishing = PublishAsync(2_000);
        await Eventually.TrueAsync(() => peer.Received.Count > 50, "messages flow");

        var reply = await peer.AskAsync("subscribe", """{"filter":{"path":"$.odd","operator":"==","value":true}}""");
        var before = peer.Received.Count;
        await publishing;
        await PublishAsync(500);
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("messages_taken_total") == 2_500
            && await node.OutputMetricAsync("messages_held") == 0, "all dealt with", Patience.Long);

        Assert.True(reply.GetProperty("result").GetProperty("filter_applied").GetBoolean());
        Assert.All(peer.Numbers.Skip(before), static number => Assert.Equal(1, number % 2));
        Assert.Empty(Enumerable.Range(0, 2_500).Where(static number => number % 2 == 1).Except(peer.Numbers));
    }

    [Fact]
    public async Task What_is_kept_is_sent_again_to_whoever_asks()
    {
        await using var node = await StartAsync();
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == 1, "known");
        await PublishAsync(200);
        await peer.CountAsync(200);

        await using var late = await ReceivingPeer.ConnectAsync(node.Url, "late");
        var latest = await late.AskAsync("replay", """{"count":50}""");
        await late.CountAsync(50);
        var rest = await late.AskAsync("replay", """{"start_sequence":181}""");
        await Eventually.TrueAsync(() => late.Received.Count == 70, "and twenty of them again");

        Assert.Equal(50, latest.GetProperty("result").GetProperty("messages_available").GetInt32());
        Assert.Equal(20, rest.GetProperty("result").GetProperty("messages_available").GetInt32());
        Assert.Equal([.. Enumerable.Range(150, 50), .. Enumerable.Range(180, 20)], late.Numbers);
        Assert.Equal(200, peer.Received.Count);
    }

    [Fact]
    public async Task A_thousand_peers_get_everything()
    {
        const int count = 1_000;
        await using var node = await StartAsync();
        var peers = new List<LightPeer>();
        try
        {
            foreach (var some in Enumerable.Range(0, count).Chunk(25))
            {
                peers.AddRange(await Task.WhenAll(some.Select(
                    number => LightPeer.ConnectAsync(node.Url, string.Create(CultureInfo.InvariantCulture, $"peer-{number}")))));
            }

            await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == count, "all known", Patience.Long);
            await PublishAsync(20);
            await Eventually.TrueAsync(() => peers.TrueForAll(static peer => peer.Count == 20), "all have all", TimeSpan.FromSeconds(60));
            await Eventually.TrueAsync(
                async () => await node.OutputMetricAsync("messages_delivered_total") == 20 * count, "all acked", Patience.Long);
        }
        finally
        {
            await Task.WhenAll(peers.Select(static peer => peer.DisposeAsync().AsTask()));
        }
    }

    private Task<TestNode> StartAsync(Func<EgressSettings, EgressSettings>? change = null) =>
        SendingNode.StartAsync(_nats.Url, SendingNode.Core, change);

    /// <summary>Publishes the next numbers; the server has them when this returns.</summary>
    private async Task PublishAsync(int count)
    {
        for (var left = count; left > 0; left--)
        {
            var number = _next++;
            var payload = JsonSerializer.Serialize(new { n = number, odd = number % 2 == 1 });
            await _publisher.PublishAsync("events.a", Encoding.UTF8.GetBytes(payload), serializer: NatsRawSerializer<byte[]>.Default);
        }

        await _publisher.PingAsync();
    }
}
