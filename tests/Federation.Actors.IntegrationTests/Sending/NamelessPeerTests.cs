using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>A peer without a name of its own gets all that is stored while it is connected.</summary>
[Trait("Servers", "All")]
public sealed class NamelessPeerTests : StreamTestBase
{
    [Fact]
    public async Task Each_gets_every_message_from_its_connection_on()
    {
        await Stream.AddAsync(10);
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        await using var one = await ReceivingPeer.ConnectAsync(node.Url, null);
        await using var other = await ReceivingPeer.ConnectAsync(node.Url, null);
        await Stream.ConsumersAsync(2);

        await Stream.AddAsync(100);

        await one.CountAsync(100);
        await other.CountAsync(100);
        Assert.Equal(Enumerable.Range(10, 100), one.Numbers);
        Assert.Equal(Enumerable.Range(10, 100), other.Numbers);
    }

    [Fact]
    public async Task It_goes_on_where_it_was_when_NATS_comes_back()
    {
        await using var link = FaultyLink.To(Nats.Port);
        await using var node = await SendingNode.StartAsync($"nats://127.0.0.1:{link.Port}", SendingNode.Stream);
        await using var peer = await ReceivingPeer.ConnectAsync(
            node.Url, null, static envelope => envelope.Number == 20 ? null : envelope.Ack);
        await Stream.ConsumersAsync(1);
        await Stream.AddAsync(30);
        await peer.CountAsync(30);

        link.Shut();
        await Stream.AddAsync(115);
        await Stream.DeleteConsumersAsync();
        link.Open();

        await peer.CountAsync(145);
        Assert.Equal(Enumerable.Range(0, 145), peer.Numbers);

        // The message that was on its way meanwhile is acked once the peer has acked it.
        await peer.SendAsync(peer.Received.First(static envelope => envelope.Number == 20).Ack);
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("messages_delivered_total") == 145, "all delivered");
        await Eventually.TrueAsync(
            async () => (await Stream.ConsumersAsync(1))[0] is { NumAckPending: 0, NumPending: 0 }, "all acked", Patience.Long);
    }
}
