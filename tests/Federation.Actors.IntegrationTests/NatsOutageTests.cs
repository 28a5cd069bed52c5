using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>NATS goes away and comes back; the node stays up, holds what it may, and goes on by itself.</summary>
[Trait("Servers", "All")]
public sealed class NatsOutageTests
{
    [Fact]
    public Task Drop_oldest_gives_up_the_oldest_while_nats_is_away_and_publishes_the_rest_when_it_is_back() =>
        SurviveOutageAsync(OverflowPolicy.DropOldest, nacked: Enumerable.Range(0, 150), acked: Enumerable.Range(150, 100));

    [Fact]
    public Task Drop_newest_refuses_the_newest_while_nats_is_away_and_publishes_the_rest_when_it_is_back() =>
        SurviveOutageAsync(OverflowPolicy.DropNewest, nacked: Enumerable.Range(100, 150), acked: Enumerable.Range(0, 100));

    [Fact]
    public Task Block_keeps_everything_while_nats_is_away_and_publishes_it_when_it_is_back() =>
        SurviveOutageAsync(OverflowPolicy.Block, nacked: [], acked: Enumerable.Range(0, 250));

    [Fact]
    public async Task A_node_that_starts_before_nats_holds_messages_and_publishes_them_when_nats_comes()
    {
        await using var nats = await NatsServer.StartAsync();
        await nats.StopAsync();
        await using var node = await TestNode.StartAsync(nats.Url);
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "early");

        await sender.SendAsync(100);
        Assert.False((await node.HealthAsync()).Ready);
        await nats.RestartAsync();

        await sender.AllAnsweredAsync();
        Assert.Equal(Enumerable.Range(0, 100), sender.Acked);
        await node.WhenAsync(static report => report.Ready, "ready");
        await node.AssertConservedAsync();
    }

    [Fact]
    public async Task What_was_unanswered_when_nats_was_killed_is_published_and_acked_once_afterwards_without_the_peers_help()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var proxy = FaultyLink.To(nats.Port);
        await using var node = await TestNode.StartAsync($"nats://127.0.0.1:{proxy.Port}");
        var senders = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => NumberedSender.ConnectAsync(node.Url, "s" + i)));
        var isLost = false;
        var sending = Task.WhenAll(senders.Select(sender => sender.SendWhileAsync(() => !Volatile.Read(ref isLost), unanswered: 2_000)));
        await Eventually.TrueAsync(async () => await node.MetricAsync("acks_sent_total") > 5_000, "5,000 acks");

        nats.Kill();
        proxy.Shut();
        await node.WhenAsync(static report => !report.Components["edge-in"].Details.Nats.Connected, "NATS lost");
        var acked = await QuietAsync(senders);
        await Eventually.TrueAsync(
            () => senders.Sum(static sender => sender.Sent) > acked.Sum(static numbers => numbers.Length), "something that is unanswered");
        Volatile.Write(ref isLost, true);
        Assert.All(senders, static sender => Assert.Empty(sender.Nacked));

        await nats.RestartAsync();
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        Assert.Equal(acked.Sum(static numbers => numbers.Length), senders.Sum(static sender => sender.Acked.Count));
        proxy.Open();
        await sending.WaitAsync(TimeSpan.FromSeconds(60));
        await Task.WhenAll(senders.Select(static sender => sender.AllAnsweredAsync()));

        foreach (var (sender, before) in senders.Zip(acked))
        {
            Assert.Equal(Enumerable.Range(0, sender.Sent), sender.Acked);
            await Eventually.TrueAsync(
                () => Enumerable.Range(0, sender.Sent).Except(before)
                    .Except(sender.NumbersIn(subscriber.Payloads)).Any() is false, "every message unanswered at the kill");
            Assert.Equal(sender.NumbersIn(subscriber.Payloads).Order(), sender.NumbersIn(subscriber.Payloads));
            await sender.DisposeAsync();
        }

        await node.AssertConservedAsync();
    }

    private static async Task SurviveOutageAsync(OverflowPolicy policy, IEnumerable<int> nacked, IEnumerable<int> acked)
    {
        await using var nats = await NatsServer.StartAsync();
        await using var proxy = FaultyLink.To(nats.Port);
        await using var node = await TestNode.StartAsync($"nats://127.0.0.1:{proxy.Port}", component => component with
        {
            Backpressure = new BackpressureSettings { QueueSize = 100, OnFull = policy },
        });
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "s");
        await node.WhenAsync(static report => report.Ready, "ready");
        await nats.StopAsync();
        proxy.Shut();
        await node.WhenAsync(static report => !report.Ready, "NATS lost");

        await sender.SendAsync(250);
        await Eventually.TrueAsync(() => sender.Nacked.Count == nacked.Count() && sender.Slow > 0, "nacks and a slow signal");
        Assert.Empty(sender.Acked);
        await node.WhenAsync(static report => report.Components["edge-in"].Details.Queue.Utilization == 1, "a full queue");
        await nats.RestartAsync();
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        proxy.Open();
        await sender.AllAnsweredAsync();

        Assert.Equal(nacked, sender.Nacked);
        Assert.All(sender.Reasons, static reason => Assert.Equal("queue_full", reason));
        Assert.Equal(acked, sender.Acked);
        await subscriber.CountAsync(acked.Count());
        Assert.Equal(acked, sender.NumbersIn(subscriber.Payloads));
        await node.AssertConservedAsync();
    }

    /// <summary>The acks of each sender once none has come for a second: what was on its way at the kill has arrived.</summary>
    private static async Task<int[][]> QuietAsync(NumberedSender[] senders)
    {
        var last = -1;
        await Eventually.TrueAsync(
            async () =>
            {
                var before = last;
                last = senders.Sum(static sender => sender.Answered);
                await Task.Delay(1000);
                return last == before;
            },
            "no more acks");
        return [.. senders.Select(static sender => sender.Acked.ToArray())];
    }
}
