using System.Collections.Concurrent;
using System.Globalization;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>Peers that answer wrongly, late or not at all harm themselves only.</summary>
public sealed class MisbehavingPeerTests : IAsyncLifetime
{
    private const string Control = "control";
    private const string One = "out=events=one";

    private readonly ConcurrentQueue<NatsMsg<byte[]>> _dead = new();
    private NatsServer _nats = null!;
    private EventStream _stream = null!;
    private NatsCaller _desk = null!;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        _stream = await EventStream.OpenAsync(_nats.Url);
        _desk = await NatsCaller.StartAsync(_nats.Url);
        await _desk.ServeAsync($"{Control}.dead", message =>
        {
            _dead.Enqueue(message);
            return null;
        });
    }

    public async Task DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _stream.DisposeAsync();
        await _nats.DisposeAsync();
    }

    [Fact]
    public async Task What_is_never_acked_is_sent_max_deliver_times_and_is_then_one_dead_letter_each()
    {
        await using var node = await StartAsync(
            static egress => egress with { AckTimeout = TimeSpan.FromMilliseconds(200), MaxDeliver = 3 });
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one", static _ => null);
        await _stream.AddAsync(50, "events.b");

        await Eventually.TrueAsync(() => _dead.Count >= 50, "dead letters");
        await _stream.AllAckedAsync(One);

        AssertDead(50, "max_deliver", "events.b", "3");
        Assert.All(peer.Received.CountBy(static envelope => envelope.Id), static count => Assert.Equal(3, count.Value));
        Assert.Equal(50, await node.OutputMetricAsync("messages_dropped_total", "reason=\"max_deliver\""));
    }

    [Theory]
    [InlineData("too_large")]
    [InlineData("loop")]
    public async Task What_is_refused_for_good_is_a_dead_letter_at_once(string reason)
    {
        await using var node = await StartAsync();
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one", envelope => envelope.Nack(reason));
        await _stream.AddAsync(50);

        await Eventually.TrueAsync(() => _dead.Count >= 50, "dead letters");
        await _stream.AllAckedAsync(One);

        AssertDead(50, reason, "events.a", "1");
        Assert.Equal(Enumerable.Range(0, 50), peer.Numbers);
    }

    [Fact]
    public async Task What_is_refused_for_now_comes_again_after_a_pause()
    {
        var seen = new ConcurrentDictionary<int, int>();
        await using var node = await StartAsync(static egress => egress with { RetryDelay = TimeSpan.FromMilliseconds(50) });
        await using var peer = await ReceivingPeer.ConnectAsync(
            node.Url, "one", envelope =>
                seen.AddOrUpdate(envelope.Number, 1, static (_, count) => count + 1) < 4 ? envelope.Nack("publish_failed") : envelope.Ack);
        await _stream.AddAsync(500);

        await _stream.AllAckedAsync(One);

        Assert.Equal(500, seen.Count);
        Assert.All(seen.Values, static count => Assert.Equal(4, count));
        Assert.Equal(1_500, await node.OutputMetricAsync("nacks_received_total", "reason=\"publish_failed\""));
        Assert.Empty(_dead);
    }

    [Fact]
    public async Task Acks_that_come_twice_in_any_order_and_for_what_was_never_sent_do_no_harm()
    {
        await using var node = await StartAsync(static egress => egress with { MaxInFlight = 20 });
        var held = new List<ReceivedEnvelope>();
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one", envelope =>
        {
            held.Add(envelope);
            return null;
        });
        for (var round = 1; round <= 10; round++)
        {
            await _stream.AddAsync(20);
            await peer.CountAsync(round * 20);
            for (var i = 1; i <= 20; i++)
            {
                var envelope = held[^i];
                await peer.SendAsync(envelope.Ack);
                await peer.SendAsync(envelope.Ack);
                await peer.SendAsync($$"""{"type":"ack","id":"{{envelope.Id}}0"}""");
            }
        }

        foreach (var id in new[] { "", "msg-1", "-1", "events-0-99999999999999999999999", "\\u0000", held[0].Id[..^1] + "-1" })
        {
            await peer.SendAsync($$"""{"type":"ack","id":"{{id}}"}""");
            await peer.SendAsync($$"""{"type":"nack","id":"{{id}}","payload":{"reason":"loop"} }""");
        }

        await _stream.AllAckedAsync(One);
        Assert.Equal(Enumerable.Range(0, 200), peer.Numbers);
        Assert.Equal(200, await node.OutputMetricAsync("messages_delivered_total"));
        Assert.Empty(_dead);
    }

    [Fact]
    public async Task A_peer_that_stops_reading_holds_up_nobody_else()
    {
        await using var node = await StartAsync(static egress => egress with { MaxInFlight = 1_000 });
        using var stuck = await RawPeer.SendHandshakeAsync(node.Url.Port, "/ingest", "X-Federation-Peer: stuck");
        await stuck.ReadHeadAsync();
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");

        await _stream.AddAsync(20_000);
        await peer.CountAsync(20_000);
        await _stream.AllAckedAsync(One);

        Assert.Equal(1_000, (await _stream.ConsumerAsync("out=events=stuck"))!.NumAckPending);
        Assert.True(await node.OutputMetricAsync("messages_held") <= 2_000, "the stream keeps the rest");
    }

    [Fact]
    public async Task A_peer_pauses_and_goes_on()
    {
        await using var node = await StartAsync();
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        var adding = _stream.AddAsync(3_000);
        await peer.CountAsync(100);

        await peer.AskAsync("backpressure", """{"rate_limit":0,"unit":"msg/sec"}""");
        var paused = peer.Received.Count;
        await adding;
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Equal(paused, peer.Received.Count);
        var lifted = await peer.AskAsync("backpressure", """{"rate_limit":null,"unit":"msg/sec"}""");

        await peer.CountAsync(3_000);
        Assert.Equal("ok", lifted.GetProperty("status").GetString());
        Assert.Equal(Enumerable.Range(0, 3_000), peer.Numbers);
    }

    [Fact]
    public async Task A_peer_that_says_slow_gets_less()
    {
        await using var node = await StartAsync(static egress => egress with { MaxRate = 1_000 });
        await using var free = await ReceivingPeer.ConnectAsync(node.Url, "free");
        await using var slow = await ReceivingPeer.ConnectAsync(node.Url, "slow");
        await _stream.AddAsync(12_000);
        await slow.CountAsync(1_500);

        await slow.SendAsync(Slow);
        await Task.Delay(TimeSpan.FromMilliseconds(1_200));
        await slow.SendAsync(Slow);
        var (freeBefore, slowBefore) = (free.Received.Count, slow.Received.Count);
        await Eventually.TrueAsync(() => free.Received.Count >= freeBefore + 2_500, "the other goes on", Patience.Long);

        var ratio = (double)(slow.Received.Count - slowBefore) / (free.Received.Count - freeBefore);
        Assert.True(ratio < 0.7, $"a ratio of {ratio.ToString(CultureInfo.InvariantCulture)}");
        Assert.True(await node.OutputMetricAsync("slow_received_total") == 2, "both are counted");
    }

    private const string Slow = """{"type":"slow","id":"bp-1","timestamp":0,"payload":{"queue_depth":850,"queue_capacity":1000"""
        + ""","utilization":0.85,"threshold":0.8}}""";

    private void AssertDead(int count, string reason, string subject, string deliveries)
    {
        Assert.Equal(count, _dead.Count);
        var numbers = _dead.Select(
            static letter => System.Text.Json.JsonDocument.Parse(letter.Data!).RootElement.GetProperty("n").GetInt32());
        Assert.Equal(Enumerable.Range(0, count), numbers.Order());
        Assert.All(_dead, letter =>
        {
            Assert.Equal(reason, letter.Headers!["Federation-Reason"]);
            Assert.Equal("one", letter.Headers["Federation-Peer"]);
            Assert.Equal(subject, letter.Headers["Federation-Subject"]);
            Assert.Equal("out", letter.Headers["Federation-Component"]);
            Assert.Equal(deliveries, letter.Headers["Federation-Deliveries"]);
        });
    }

    private Task<TestNode> StartAsync(Func<EgressSettings, EgressSettings>? change = null) =>
        SendingNode.StartAsync(_nats.Url, SendingNode.Stream, change, Control);
}
