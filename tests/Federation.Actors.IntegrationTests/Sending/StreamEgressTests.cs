using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>A stream keeps a message until the peer has acked it, and each peer goes on from its own place.</summary>
[Trait("Servers", "All")]
public sealed class StreamEgressTests : StreamTestBase
{
    [Fact]
    public async Task The_stream_is_acked_when_the_peer_has_acked_and_not_before()
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one", static _ => null);
        await Stream.AddAsync(3);
        await peer.CountAsync(3);
        var before = await Stream.ConsumerAsync(One);

        await peer.SendAsync(peer.Received.First().Ack);
        await Stream.AckedToAsync(One, 1);

        Assert.Equal(3, before!.NumAckPending);
        Assert.Equal(0UL, before.AckFloor.StreamSeq);
        Assert.Equal(2, (await Stream.ConsumerAsync(One))!.NumAckPending);
    }

    [Fact]
    public async Task A_peer_that_comes_back_goes_on_where_it_has_stopped()
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        await Stream.AddAsync(1_000);
        await using (
            var peer = await ReceivingPeer.ConnectAsync(node.Url, "one", static envelope => envelope.Number < 400 ? envelope.Ack : null))
        {
            await Stream.AckedToAsync(One, 400);
        }

        await using var again = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await again.CountAsync(600);
        await Stream.AllAckedAsync(One);

        Assert.Equal(Enumerable.Range(400, 600), again.Numbers.Distinct().Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public async Task What_was_on_its_way_when_a_peer_left_comes_again_at_once(int inFlight)
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream, egress => egress with { MaxInFlight = inFlight });
        var got = new HashSet<int>();
        for (var round = 1; round <= 10; round++)
        {
            var adding = Stream.AddAsync(300);
            var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
            await using (peer)
            {
                await peer.CountAsync(20);
            }

            got.UnionWith(peer.Numbers);
            await adding;
        }

        await using var last = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await Stream.AllAckedAsync(One);

        got.UnionWith(last.Numbers);
        Assert.Equal(Enumerable.Range(0, 3_000), got.Order());
    }

    [Fact]
    public async Task A_node_that_is_stopped_gives_back_what_it_has_and_another_goes_on()
    {
        await Stream.AddAsync(1_000);
        await using (var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream))
        {
            await using var peer = await ReceivingPeer.ConnectAsync(
                node.Url, "one", static envelope => envelope.Number < 300 ? envelope.Ack : null);
            await Stream.AckedToAsync(One, 300);
        }

        await using var next = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        await using var again = await ReceivingPeer.ConnectAsync(next.Url, "one");
        await again.CountAsync(700);

        Assert.Equal(Enumerable.Range(300, 700), again.Numbers.Distinct().Order());
    }

    [Fact]
    public async Task A_stream_may_be_made_after_the_node_has_started_and_be_deleted_and_made_again()
    {
        await Stream.DeleteAsync();
        await using var node = await SendingNode.StartUnreadyAsync(Nats.Url, SendingNode.Stream);
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        for (var round = 1; round <= 3; round++)
        {
            await Stream.CreateAsync();
            await Stream.AddAsync(200);
            await peer.CountAsync(round * 200);
            await Stream.AllAckedAsync(One);
            await Stream.DeleteAsync();
        }

        Assert.Equal(Enumerable.Range(0, 600), peer.Numbers);
        Assert.Equal(600, peer.Received.Select(static envelope => envelope.Id).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_stream_that_is_made_anew_while_the_node_has_lost_its_bus_is_found()
    {
        await using var link = FaultyLink.To(Nats.Port);
        await using var node = await SendingNode.StartAsync($"nats://127.0.0.1:{link.Port}", SendingNode.Stream);
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await Stream.AddAsync(10);
        await Stream.AllAckedAsync(One);

        link.Shut();
        await Stream.DeleteAsync();
        await Stream.CreateAsync();
        await Stream.AddAsync(10);
        link.Open();

        await peer.CountAsync(20);
        await Stream.AllAckedAsync(One);
    }

    [Fact]
    public async Task An_ack_of_a_message_of_a_stream_that_is_gone_is_no_ack_of_its_successor()
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one", static _ => null);
        await Stream.AddAsync(3);
        await peer.CountAsync(3);
        await Stream.DeleteAsync();
        await Stream.CreateAsync();
        await Stream.AddAsync(3);
        await peer.CountAsync(6);

        foreach (var envelope in peer.Received.Take(3))
        {
            await peer.SendAsync(envelope.Ack);
        }

        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("messages_delivered_total") == 3, "the old ones are acked");
        await peer.SendAsync(peer.Received.Last().Ack);
        await Eventually.TrueAsync(async () => (await Stream.ConsumerAsync(One))!.NumAckPending < 3, "the last of the new ones is acked");
        Assert.Equal(2, (await Stream.ConsumerAsync(One))!.NumAckPending);
    }

    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_costs_nothing()
    {
        await using var node = await SendingNode.StartAsync(
            Nats.Url, SendingNode.Stream, static egress => egress with { AckWait = TimeSpan.FromSeconds(1) });
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        var adding = Stream.AddAsync(6_000);
        for (var round = 0; round < 3; round++)
        {
            var before = peer.Received.Count;
            await Eventually.TrueAsync(() => peer.Received.Count > before || adding.IsCompleted, "messages flow", Patience.Long);
            Nats.Kill();
            await Nats.RestartAsync();
        }

        await adding;
        await peer.CountAsync(6_000);
        await Stream.AllAckedAsync(One);
        Assert.Equal(Enumerable.Range(0, 6_000), peer.Numbers.Distinct().Order());
    }

    [Fact]
    public async Task Every_peer_gets_everything_whatever_the_others_do()
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        await using var one = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await using var other = await ReceivingPeer.ConnectAsync(node.Url, "other", static envelope => envelope.Nack("publish_failed"));
        await Stream.AddAsync(500);
        await one.CountAsync(500);
        await Stream.AllAckedAsync(One);

        await using var third = await ReceivingPeer.ConnectAsync(node.Url, "third");
        await third.CountAsync(500);
        await Stream.AllAckedAsync("out=events=third");

        Assert.Equal(Enumerable.Range(0, 500), one.Numbers);
        Assert.Equal(Enumerable.Range(0, 500), third.Numbers);
        Assert.Equal(0UL, (await Stream.ConsumerAsync("out=events=other"))!.AckFloor.StreamSeq);
    }

    [Fact]
    public async Task A_peer_of_an_input_that_delivers_what_is_new_begins_at_its_first_connection()
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream with { Deliver = DeliverPolicy.New });
        await Stream.AddAsync(100);
        await using (var peer = await ReceivingPeer.ConnectAsync(node.Url, "one"))
        {
            await Eventually.TrueAsync(async () => await Stream.ConsumerAsync(One) is not null, "known to the stream");
            await Stream.AddAsync(100);
            await peer.CountAsync(100);
            await Stream.AllAckedAsync(One);
            Assert.Equal(Enumerable.Range(100, 100), peer.Numbers);
        }

        await Stream.AddAsync(100);
        await using var again = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await again.CountAsync(100);
        Assert.Equal(Enumerable.Range(200, 100), again.Numbers.Distinct().Order());
    }

    [Fact]
    public async Task A_consumer_that_has_nothing_to_give_or_nowhere_to_put_it_is_left_alone()
    {
        await using var subscriber = await NatsSubscriber.StartAsync(Nats.Url, "$JS.API.CONSUMER.*.CREATE.>");
        await using var other = await NatsSubscriber.StartAsync(Nats.Url, "$JS.API.CONSUMER.CREATE.>");
        await using var node = await SendingNode.StartAsync(
            Nats.Url, SendingNode.Stream, static egress => egress with { MaxInFlight = 10 });
        await using var full = await ReceivingPeer.ConnectAsync(node.Url, "full", static _ => null);
        await using var idle = await ReceivingPeer.ConnectAsync(node.Url, "idle");
        await Stream.AddAsync(100);
        await full.CountAsync(10);
        await idle.CountAsync(100);

        // Three times as long as the node would wait for a server that says nothing.
        await Task.Delay(TimeSpan.FromSeconds(12));

        Assert.Equal(2, subscriber.Payloads.Count + other.Payloads.Count);
        Assert.Equal(10, full.Received.Count);
    }
}
