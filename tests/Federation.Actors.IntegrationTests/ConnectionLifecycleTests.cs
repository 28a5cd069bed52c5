using System.Net.WebSockets;
using Akka.Actor;
using Federation.Actors.Connections;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>Connections come and go; what they held goes with them, and a node that stops answers first.</summary>
public sealed class ConnectionLifecycleTests
{
    [Fact]
    public async Task A_thousand_connections_opened_and_closed_leave_no_actor_and_no_memory_behind()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await TestNode.StartAsync(nats.Url);
        await OpenAndCloseAsync(node, 1000);
        var before = Memory();

        await OpenAndCloseAsync(node, 1000);
        await OpenAndCloseAsync(node, 1000);

        var grown = Memory() - before;
        Assert.True(grown < 2_000_000, $"2,000 connections left {grown} bytes behind");
        Assert.Equal((string[])["publisher", "queue", "requests"], await ChildrenAsync(node));
        Assert.Equal(3000, await node.MetricAsync("connections_total"));
        await node.AssertConservedAsync();
    }

    [Fact]
    public async Task A_node_that_stops_answers_what_it_has_taken_in_and_closes_with_1001()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await TestNode.StartAsync(nats.Url);
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "s");
        await using var idle = await TestPeer.ConnectAsync(node.Url);
        await sender.SendAsync(20_000);

        await node.StopAsync();

        await idle.Closed;
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, idle.CloseStatus);
        Assert.Equal(0, node.Unanswered);
        var received = await node.MetricAsync("messages_received_total");
        await Eventually.TrueAsync(() => sender.Acked.Count == (int)received, "an ack for each message taken in");
        Assert.Equal(Enumerable.Range(0, (int)received), sender.Acked);
    }

    [Fact]
    public async Task A_node_that_stops_while_nats_is_away_nacks_what_it_holds_and_counts_it()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await TestNode.StartAsync(new FederationSettings
        {
            Nats = new NatsSettings { Url = nats.Url },
            ShutdownTimeout = TimeSpan.FromSeconds(2),
            Components = [TestNode.Component("edge-in")],
        });
        await nats.StopAsync();
        await node.WhenAsync(static report => !report.Ready, "NATS lost");
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "s");
        await sender.SendAsync(100);
        await Eventually.TrueAsync(async () => await node.MetricAsync("messages_received_total") == 100, "100 messages held");

        await node.StopAsync();

        await sender.AllAnsweredAsync();
        Assert.Equal(100, node.Unanswered);
        Assert.Equal(Enumerable.Range(0, 100), sender.Nacked);
        Assert.All(sender.Reasons, static reason => Assert.Equal("shutting_down", reason));
    }

    [Fact]
    public async Task A_peer_that_never_reads_its_answers_is_cut_and_nobody_else_is_slowed()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await TestNode.StartAsync(
            nats.Url, component => component with { Connection = component.Connection with { SendQueueBytes = 64 * 1024 } });
        await using var other = await NumberedSender.ConnectAsync(node.Url, "other");
        using var deaf = await RawPeer.SendHandshakeAsync(node.Url.Port);
        var text = System.Text.Encoding.UTF8.GetBytes(TestPeer.Data(new string('d', 1000), "{}"));
        var flood = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    await deaf.SendFrameAsync(0x81, text);
                }
            }
            catch (IOException)
            {
                // Cut.
            }
        });

        await Eventually.TrueAsync(
            async () => await node.MetricAsync("errors_total", "type=\"send_queue_full\"") == 1, "the peer to be cut", Patience.Long);
        await other.SendAsync(1000);
        await other.AllAnsweredAsync();
        await flood.WaitAsync(Patience.Long);
        Assert.Equal(1000, other.Acked.Count);
        await Eventually.TrueAsync(async () => await node.MetricAsync("connections_active") == 1, "one connection left");
    }

    [Fact]
    public async Task A_peer_that_closes_politely_gets_its_close_answered()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await TestNode.StartAsync(nats.Url);
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        await peer.CloseAsync();

        Assert.Equal(WebSocketCloseStatus.NormalClosure, peer.CloseStatus);
        await Eventually.TrueAsync(async () => await node.MetricAsync("connections_active") == 0, "no connection");
    }

    [Fact]
    public async Task A_connection_has_the_small_mailbox()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await TestNode.StartAsync(nats.Url);
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        await peer.SendAsync(TestPeer.Data("1", "1"));
        await peer.ReceiveAsync("ack");

        var connection = await node.System.ActorSelection("/user/federation/edge-in/peer-1").ResolveOne(TimeSpan.FromSeconds(10));

        Assert.IsType<ConnectionQueue>(Assert.IsType<LocalActorRef>(connection, exactMatch: false).Cell.Mailbox?.MessageQueue);
    }

    [Fact]
    public async Task A_connection_that_fails_is_cut_and_only_its_peer_notices()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await TestNode.StartAsync(nats.Url);
        await using var first = await TestPeer.ConnectAsync(node.Url);
        await Eventually.TrueAsync(async () => (await ChildrenAsync(node)).Contains("peer-1"), "the first peer's connection");
        await using var second = await TestPeer.ConnectAsync(node.Url);

        node.System.ActorSelection("/user/federation/edge-in/peer-1").Tell(Kill.Instance);

        await first.Closed;
        await second.SendAsync(TestPeer.Data("still-here", "1"));
        Assert.Equal("still-here", (await second.ReceiveAsync("ack")).GetProperty("id").GetString());
        Assert.Equal((string[])["peer-2", "publisher", "queue", "requests"], await ChildrenAsync(node));
    }

    private static async Task OpenAndCloseAsync(TestNode node, int count)
    {
        // A hundred at a time, each with a message, half of them closed politely and half cut.
        for (var round = 0; round < count / 100; round++)
        {
            var peers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => TestPeer.ConnectAsync(node.Url)));
            await Task.WhenAll(peers.Select(async (peer, i) =>
            {
                await peer.SendAsync(TestPeer.Data("hello", "1"));
                await peer.ReceiveAsync("ack");
                if (i % 2 == 0)
                {
                    await peer.CloseAsync();
                }

                await peer.DisposeAsync();
            }));
        }

        await Eventually.TrueAsync(async () => await node.MetricAsync("connections_active") == 0, "no connection");
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static async Task<IEnumerable<string>> ChildrenAsync(TestNode node)
    {
        var children = new List<string>();
        await Eventually.TrueAsync(
            async () =>
            {
                children.Clear();
                using var inbox = Inbox.Create(node.System);
                node.System.ActorSelection("/user/federation/edge-in/*").Tell(new Identify(null), inbox.Receiver);
                try
                {
                    while (true)
                    {
                        // An actor that ends meanwhile answers that it is nobody.
                        if (await inbox.ReceiveAsync(TimeSpan.FromMilliseconds(300)) is ActorIdentity { Subject: { } child })
                        {
                            children.Add(child.Path.Name);
                        }
                    }
                }
                catch (TimeoutException)
                {
                    return children.Count <= 4;
                }
            },
            "the connections' actors to be gone");
        return children.Order(StringComparer.Ordinal);
    }
}
