using System.Collections.Concurrent;
using Akka.Streams;
using Akka.Streams.Dsl;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>Received messages in the same process, through Akka.Streams.</summary>
public sealed class LocalPortTests
{
    [Fact]
    public async Task A_stream_gets_every_message_in_order_and_the_peer_its_acks()
    {
        await using var node = await StartAsync();
        using var streams = node.System.Materializer();
        var received = new ConcurrentQueue<ReceivedMessage>();
        _ = node.Federation.Source("edge-in").RunForeach(received.Enqueue, streams);
        await using var peer = await NumberedSender.ConnectAsync(node.Url, "edge-7", lasting: true);

        await peer.SendAsync(5_000);
        await peer.AllAnsweredAsync();

        Assert.Equal(Enumerable.Range(0, 5_000), peer.Acked);
        Assert.Equal(Enumerable.Range(0, 5_000), peer.NumbersIn(received.Select(Text)));
        var first = received.First();
        Assert.Equal(("edge-in", "edge-7", "in.edge-7", "edge-7-0"), (first.Component, first.Peer, first.Subject, first.Id));
        await node.AssertConservedAsync();
    }

    [Fact]
    public async Task Without_a_stream_messages_are_held_and_the_node_is_not_ready()
    {
        await using var node = await StartAsync();
        using var streams = node.System.Materializer();
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        await peer.SendAsync(TestPeer.Data("early", "1"));
        await Eventually.TrueAsync(async () => await node.MetricAsync("in_flight") == 1, "held");
        Assert.False((await node.HealthAsync()).Ready);

        _ = node.Federation.Source("edge-in").RunWith(Sink.Ignore<ReceivedMessage>(), streams);

        Assert.Equal("early", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_slow_stream_holds_the_peer_back_and_nothing_is_lost()
    {
        await using var node = await StartAsync();
        using var streams = node.System.Materializer();
        var gate = new SemaphoreSlim(0);
        var received = 0;
        _ = node.Federation.Source("edge-in").SelectAsync(1, async message =>
        {
            await gate.WaitAsync(Patience.Long);
            return Interlocked.Increment(ref received);
        }).RunWith(Sink.Ignore<int>(), streams);
        await using var peer = await NumberedSender.ConnectAsync(node.Url, "edge-7");
        var sending = Task.Run(() => peer.SendAsync(20_000));
        await node.WhenAsync(static report => report.Components["edge-in"].Details.Queue.Utilization >= 1, "a full queue");
        Assert.True(peer.Acked.Count < 500, $"{peer.Acked.Count} were acked although nobody took them");

        gate.Release(20_000);

        await sending;
        await peer.AllAnsweredAsync();
        Assert.Equal(20_000, peer.Acked.Count);
        await Eventually.TrueAsync(() => Volatile.Read(ref received) == 20_000, "all taken");
    }

    [Fact]
    public async Task A_stream_that_answers_itself_decides_what_the_peer_gets()
    {
        await using var node = await StartAsync();
        using var streams = node.System.Materializer();
        _ = node.Federation.SourceWithAck("edge-in").AsSource().RunForeach(
            static taken =>
            {
                if (Text(taken.Item1) is "\"good\"")
                {
                    taken.Item2.Ack();
                }
                else
                {
                    taken.Item2.Nack("not to my taste");
                }
            },
            streams);
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        await peer.SendAsync(TestPeer.Data("1", "\"good\""));
        await peer.SendAsync(TestPeer.Data("2", "\"bad\""));

        Assert.Equal("1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        var nack = await peer.ReceiveAsync("nack");
        Assert.Equal("2", nack.GetProperty("id").GetString());
        Assert.Equal("not to my taste", nack.GetProperty("payload").GetProperty("error").GetString());
    }

    [Fact]
    public async Task What_a_failed_stream_had_not_answered_goes_to_the_next()
    {
        await using var node = await StartAsync();
        using var streams = node.System.Materializer();
        var failed = node.Federation.SourceWithAck("edge-in").AsSource().RunForeach(
            static _ => throw new InvalidOperationException("a fault of the stream"), streams);
        await using var peer = await NumberedSender.ConnectAsync(node.Url, "edge-7");
        await peer.SendAsync(100);
        await Assert.ThrowsAsync<InvalidOperationException>(() => failed.WaitAsync(Patience.Long));

        // Beside it, a next one would get messages before those that come again.
        await node.WhenAsync(static report => !report.Components["edge-in"].Details.Nats.Connected, "no consumer is left");

        var received = new ConcurrentQueue<ReceivedMessage>();
        _ = node.Federation.Source("edge-in").RunForeach(received.Enqueue, streams);

        await peer.AllAnsweredAsync();
        Assert.Equal(Enumerable.Range(0, 100), peer.Acked);
        Assert.Equal(Enumerable.Range(0, 100), peer.NumbersIn(received.Select(Text)));
    }

    [Theory]
    [InlineData(LocalDeliveryMode.Share, 1)]
    [InlineData(LocalDeliveryMode.All, 2)]
    public async Task Several_streams_share_the_messages_or_each_gets_all(LocalDeliveryMode mode, int copies)
    {
        await using var node = await StartAsync(mode);
        using var streams = node.System.Materializer();
        var received = new ConcurrentQueue<ReceivedMessage>();
        _ = node.Federation.Source("edge-in").RunForeach(received.Enqueue, streams);
        _ = node.Federation.Source("edge-in").RunForeach(received.Enqueue, streams);
        await node.WhenAsync(static report => report.Ready, "ready");
        await using var peer = await NumberedSender.ConnectAsync(node.Url, "edge-7");

        await peer.SendAsync(1_000);
        await peer.AllAnsweredAsync();

        Assert.Equal(1_000, peer.Acked.Count);
        await Eventually.TrueAsync(() => received.Count >= 1_000 * copies, "all delivered");
        Assert.All(peer.NumbersIn(received.Select(Text)).GroupBy(number => number), number => Assert.True(
            number.Count() == copies, $"{number.Key}: {number.Count()}"));
    }

    private static string Text(ReceivedMessage message) => System.Text.Encoding.UTF8.GetString(message.Payload.Span);

    private static Task<TestNode> StartAsync(LocalDeliveryMode mode = LocalDeliveryMode.Share) => TestNode.StartAsync(
        "nats://127.0.0.1:1",
        component => component with
        {
            Ports = new PortsSettings { Outputs = [
                new OutputPortSettings { Name = "ws_data", Subject = "in.{peer}", Type = PortType.Local, Consumers = mode }] },
        });
}
