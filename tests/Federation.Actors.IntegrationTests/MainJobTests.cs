using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>WebSocket peers in, NATS out, nothing silently lost.</summary>
public sealed class MainJobTests
{
    [Fact]
    public async Task A_data_envelope_reaches_nats_byte_for_byte_and_is_acked()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        await using var node = await TestNode.StartAsync(nats.Url);
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        await peer.SendAsync("""{ "payload" : {"a": [1, 2.50e3,  "\u00e9\ud83d\ude00"] } , "id":"d\u0061ta-\"1\"", "type":"data"}""");
        var ack = await peer.ReceiveAsync();

        Assert.Equal("ack", ack.GetProperty("type").GetString());
        Assert.Equal("\"d\\u0061ta-\\\"1\\\"\"", ack.GetProperty("id").GetRawText());
        await subscriber.CountAsync(1);
        Assert.Equal("""{"a": [1, 2.50e3,  "\u00e9\ud83d\ude00"] }""", subscriber.Payloads.Single());
        await node.AssertConservedAsync();
    }

    [Fact]
    public async Task A_hundred_thousand_envelopes_from_eight_connections_are_acked_and_published_once_and_in_order()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        await using var node = await TestNode.StartAsync(nats.Url);
        var senders = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => NumberedSender.ConnectAsync(node.Url, "s" + i)));

        await Task.WhenAll(senders.Select(static sender => sender.SendAsync(12_500)));
        await Task.WhenAll(senders.Select(static sender => sender.AllAnsweredAsync()));

        await subscriber.CountAsync(100_000);
        Assert.Equal(100_000, subscriber.Payloads.Count);
        foreach (var sender in senders)
        {
            Assert.Equal(Enumerable.Range(0, 12_500), sender.Acked);
            Assert.Equal(Enumerable.Range(0, 12_500), sender.NumbersIn(subscriber.Payloads));
            await sender.DisposeAsync();
        }

        await node.AssertConservedAsync();
    }
}
