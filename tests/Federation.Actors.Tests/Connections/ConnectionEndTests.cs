using System.Net.WebSockets;
using Akka.Actor;
using Akka.Event;
using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.TestKit;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Connections;

public sealed class ConnectionEndTests : ConnectionKit
{
    private static readonly ConnectionProtocol.Close Away = new(WebSocketCloseStatus.EndpointUnavailable, "draining");

    [Fact]
    public void After_StopReading_nothing_is_taken_in_and_answers_still_go_out()
    {
        var batch = Receive(Data("a"));
        Connection.Tell(ConnectionProtocol.StopReading.Instance, Component);
        Component.ExpectMsg(new ConnectionProtocol.ReadingStopped(Connection), Patience);

        Socket.Send(Data("b"), "1", "2", "3", "4");
        Ack(batch, 0);
        Assert.Equal([("ack", "a")], Answers());
        Socket.Send(MemoryFrame.Close());

        ExpectClose(WebSocketCloseStatus.NormalClosure, string.Empty);
        ExpectEnd();
        Assert.False(Queue.HasMessages);
        Assert.Equal(1, Metrics.Received(EnvelopeType.Data).Value);
    }

    [Fact]
    public void What_was_told_before_StopReading_is_with_the_queue_when_it_is_answered()
    {
        Connection.Tell(Batches.Of(Data("a")));
        Connection.Tell(ConnectionProtocol.StopReading.Instance, Component);

        Component.ExpectMsg<ConnectionProtocol.ReadingStopped>(Patience);

        Assert.Equal(["a"], Batches.Ids(Queue.ExpectMsg<EnvelopeBatch>(TimeSpan.Zero)));
    }

    [Fact]
    public void Close_sends_the_answers_that_are_due_before_the_close_frame_and_ends_when_the_peer_closes_too()
    {
        var batch = Receive(Data("a"), Data("b"));
        Socket.Stall();
        Ack(batch, 0);
        Assert.Equal([("ack", "a")], Answers());
        Ack(batch, 1);
        Connection.Tell(Away);
        Settle();

        Socket.Resume();
        Assert.Equal([("ack", "b")], Answers());
        ExpectClose(Away.Status, Away.Description);
        Settle();

        Socket.Send(MemoryFrame.Close(Away.Status));
        ExpectEnd();
        Assert.Equal(0, Metrics.Errors(ErrorTypes.ConnectionFailed).Value);
    }

    [Fact]
    public void A_peer_that_does_not_close_too_is_cut_when_the_time_is_up()
    {
        Connection.Tell(Away);
        ExpectClose(Away.Status, Away.Description);
        Settle();

        Advance(ConnectionActor.CloseTimeout - TimeSpan.FromMilliseconds(1));
        Settle();
        Advance(TimeSpan.FromMilliseconds(1));

        ExpectCut();
    }

    [Fact]
    public void While_it_closes_it_answers_nothing_and_gives_all_memory_back()
    {
        var taken = Batches.In(out var takenSlab, null, Data("a"), Data("b"));
        Connection.Tell(taken);
        Queue.ExpectMsg<EnvelopeBatch>(Patience);
        Connection.Tell(Away);
        ExpectClose(Away.Status, Away.Description);

        var source = new CountedSource();
        Connection.Tell(Batches.In(out var lateSlab, source, Data("c")));
        Connection.Tell(new QueueProtocol.Acked(new MessageRange(taken, 0, 1)));
        Connection.Tell(new QueueProtocol.Nacked(new MessageRange(taken, 1, 1), NackReason.PublishFailed, "no"));
        Connection.Tell(new QueueProtocol.Slow(new SlowNotice(9, 10, 0.9, 0.8)));
        Connection.Tell(new ConnectionProtocol.Close(WebSocketCloseStatus.PolicyViolation, "again"));
        Settle();

        Assert.Empty(takenSlab.Bytes);
        Assert.Empty(lateSlab.Bytes);
        Assert.Equal(1, source.Returned);
        Assert.False(Queue.HasMessages);
        Connection.Tell(ConnectionProtocol.StopReading.Instance, Component);
        Component.ExpectMsg(new ConnectionProtocol.ReadingStopped(Connection), Patience);
    }

    [Fact]
    public void A_close_leaves_no_dead_letter()
    {
        var dead = CreateTestProbe();
        Sys.EventStream.Subscribe(dead, typeof(DeadLetter));

        Connection.Tell(Away);
        ExpectClose(Away.Status, Away.Description);
        Settle();
        Socket.Send(MemoryFrame.Close(Away.Status));
        ExpectEnd();

        Sys.DeadLetters.Tell("last");
        Assert.Equal("last", dead.ExpectMsg<DeadLetter>(Patience).Message);
    }

    [Theory]
    [InlineData(WebSocketCloseStatus.EndpointUnavailable, WebSocketCloseStatus.EndpointUnavailable)]
    [InlineData(null, WebSocketCloseStatus.NormalClosure)]
    public void A_close_frame_is_answered_and_is_the_end(WebSocketCloseStatus? status, WebSocketCloseStatus answer)
    {
        Socket.Send(MemoryFrame.Close(status));

        ExpectClose(answer, string.Empty);
        ExpectEnd();
        Assert.Equal(0, Metrics.Errors(ErrorTypes.ConnectionFailed).Value);
    }

    [Fact]
    public void A_peer_that_closes_with_answers_unread_is_cut_when_the_time_is_up()
    {
        var batch = Receive(Data("a"));
        Socket.Stall();
        Ack(batch, 0);
        Answers();

        Socket.Send(MemoryFrame.Close());
        AwaitCondition(() => Peer.Meter.End is not null, Patience);
        Settle();
        Advance(ConnectionActor.CloseTimeout);

        ExpectCut();
    }

    [Fact]
    public void A_peer_that_closes_gets_the_answers_to_what_it_has_sent_before_the_close_frame()
    {
        var batch = Receive(Data("a"), Data("b"), Data("c"));
        Ack(batch, 0);
        Assert.Equal([("ack", "a")], Answers());
        Socket.Send(MemoryFrame.Close(WebSocketCloseStatus.EndpointUnavailable));
        AwaitCondition(() => Peer.Meter.End is not null, Patience);
        Settle();

        Ack(batch, 1);
        Assert.Equal([("ack", "b")], Answers());
        Connection.Tell(new QueueProtocol.Nacked(new MessageRange(batch, 2, 1), NackReason.PublishFailed, "no"));
        Assert.Equal([("nack", "c")], Answers());

        ExpectClose(WebSocketCloseStatus.EndpointUnavailable, string.Empty);
        ExpectEnd();
    }

    [Fact]
    public void A_peer_that_closes_gets_the_close_frame_when_the_time_for_answers_is_up()
    {
        Receive(Data("a"));
        Socket.Send(MemoryFrame.Close());
        AwaitCondition(() => Peer.Meter.End is not null, Patience);
        Settle();

        Advance(ConnectionActor.CloseTimeout);

        ExpectClose(WebSocketCloseStatus.NormalClosure, string.Empty);
        ExpectEnd();
    }

    [Fact]
    public void A_peer_that_breaks_the_protocol_gets_the_close_frame_and_is_not_cut()
    {
        Socket.Send(MemoryFrame.Close() with { Violation = new PumpViolation(WebSocketCloseStatus.ProtocolError, "a frame is broken") });

        ExpectClose(WebSocketCloseStatus.ProtocolError, "a frame is broken");
        ExpectEnd();
        Assert.Equal(1, Metrics.Errors(ErrorTypes.ProtocolError).Value);
    }

    [Fact]
    public void A_lost_connection_is_the_end_and_counted()
    {
        Socket.Break(new System.Net.WebSockets.WebSocketException("cable cut"));

        ExpectCut();
        Assert.Equal(1, Metrics.Errors(ErrorTypes.ConnectionFailed).Value);
    }

    [Fact]
    public void A_connection_lost_while_it_closes_does_not_wait_for_the_time()
    {
        Connection.Tell(Away);
        ExpectClose(Away.Status, Away.Description);

        Socket.Break(new System.Net.WebSockets.WebSocketException("cable cut"));

        ExpectCut();
    }

    [Fact]
    public void A_connection_that_is_stopped_from_outside_lets_go_of_its_socket()
    {
        Sys.Stop(Connection);

        ExpectCut();
    }

    /// <summary>Both sides have closed: nothing needs to be cut.</summary>
    private void ExpectEnd()
    {
        Component.ExpectTerminated(Connection, Patience);
        Network.ExpectMsg<PeerEvent.Disposed>(Patience);
    }
}
