using System.Net.WebSockets;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>A peer that comes again takes the place of its older connection.</summary>
public sealed class SupersedeTests
{
    [Fact]
    public async Task A_second_connection_of_a_name_closes_the_first_with_4001_and_is_served()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await TestNode.StartAsync(nats.Url);
        await using var first = await TestPeer.ConnectAsync(node.Url, Named("edge-7"));
        await using var other = await TestPeer.ConnectAsync(node.Url, Named("edge-8"));

        await using var second = await TestPeer.ConnectAsync(node.Url, Named("edge-7"));

        await first.Closed;
        Assert.Equal((WebSocketCloseStatus)4001, first.CloseStatus);
        foreach (var peer in new[] { second, other })
        {
            await peer.SendAsync(TestPeer.Data("1", "{}"));
            Assert.Equal("1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        }

        await Eventually.TrueAsync(async () => await node.MetricAsync("connections_active") == 2, "two connections");
    }

    [Fact]
    public async Task A_peer_may_have_as_many_connections_as_it_is_given()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await TestNode.StartAsync(
            nats.Url, component => component with { Server = component.Server with { MaxConnectionsPerPeer = 2 } });
        await using var first = await TestPeer.ConnectAsync(node.Url, Named("edge-7"));
        await first.SendAsync(TestPeer.Data("0", "{}"));
        await first.ReceiveAsync("ack");
        await using var second = await TestPeer.ConnectAsync(node.Url, Named("edge-7"));
        await second.SendAsync(TestPeer.Data("1", "{}"));
        await second.ReceiveAsync("ack");
        Assert.False(first.Closed.IsCompleted);

        await using var third = await TestPeer.ConnectAsync(node.Url, Named("edge-7"));

        await first.Closed;
        Assert.Equal((WebSocketCloseStatus)4001, first.CloseStatus);
        Assert.False(second.Closed.IsCompleted);
    }

    private static Action<ClientWebSocketOptions> Named(string name) => options => options.SetRequestHeader("X-Federation-Peer", name);
}
