using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>Headers that cannot be parsed harm no message: NATS passes on any bytes as headers.</summary>
[Trait("Servers", "All")]
public sealed class HeaderFaultTests : StreamTestBase
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_with_broken_headers_is_delivered_once_and_counted(bool isStored)
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, isStored ? SendingNode.Stream : SendingNode.Core);
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == 1, "known");

        await RawNats.PublishAsync(Nats, "events.a", "NATS/1.0\r\nno colon\r\n\r\n", """{"n":1}""");
        await RawNats.PublishAsync(Nats, "events.a", "nonsense\r\n\r\n", """{"n":2}""");
        await RawNats.PublishAsync(Nats, "events.a", "NATS/1.0\r\nA: b\r\n\r\n", """{"n":3}""");

        await peer.CountAsync(3);
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("messages_delivered_total") == 3, "delivered");
        Assert.Equal([1, 2, 3], peer.Numbers);
        Assert.Equal(3, await node.OutputMetricAsync("messages_sent_total"));
        Assert.Equal(2, await node.OutputMetricAsync("headers_unreadable_total"));
    }
}
