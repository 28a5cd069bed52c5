using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>What a stream keeps for a peer that is away, for how long, and what it does not keep.</summary>
[Trait("Servers", "All")]
public sealed class KeptPlaceTests() : StreamTestBase(creates: false)
{
    [Fact]
    public async Task What_the_limits_of_the_stream_removed_meanwhile_is_counted_as_skipped()
    {
        await Stream.CreateAsync(static config => config with { MaxMsgs = 10 });
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        await using (await ReceivingPeer.ConnectAsync(node.Url, "one"))
        {
            await Stream.ConsumersAsync(1);
        }

        await Eventually.TrueAsync(async () => await Stream.ConsumerAsync(One) is { NumWaiting: 0 }, "not read from any more");
        await Stream.AddAsync(100);
        await using var again = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await again.CountAsync(10);

        Assert.Equal(Enumerable.Range(90, 10), again.Numbers);
        Assert.Equal(90, await node.OutputMetricAsync("messages_dropped_total", "reason=\"skipped\""));
    }

    [Fact]
    public async Task A_durable_consumer_gets_the_expiry_of_the_settings_whenever_its_peer_connects()
    {
        await Stream.CreateAsync();
        foreach (var expiry in new[] { TimeSpan.Zero, TimeSpan.FromDays(7), TimeSpan.FromHours(1), TimeSpan.Zero })
        {
            await using var node = await SendingNode.StartAsync(
                Nats.Url, SendingNode.Stream, egress => egress with { DurableExpiry = expiry });
            await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
            await Stream.AddAsync(1);
            await Stream.AllAckedAsync(One);

            await Eventually.TrueAsync(
                async () => (await Stream.ConsumerAsync(One))?.Config.InactiveThreshold == expiry, $"an expiry of {expiry}");
            var config = (await Stream.ConsumerAsync(One))!.Config;
            Assert.Contains("egress.durable_expiry", config.Description, StringComparison.Ordinal);
        }
    }
}
