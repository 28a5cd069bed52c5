using System.Net.WebSockets;
using Akka.Actor;
using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.TestKit;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Connections;

public sealed class ConnectionActorTests : ConnectionKit
{
    [Fact]
    public void A_batch_goes_to_theQueue_and_is_counted()
    {
        var batch = Receive(Data("a"), """{"type":"data","payload":1}""", Data("b"));

        Assert.Equal(["a", "", "b"], Batches.Ids(batch));
        Assert.Equal(3, Metrics.Received(EnvelopeType.Data).Value);
        Assert.Equal(2, Metrics.InFlight.Value);
        Assert.Equal(1, Metrics.Errors(ErrorTypes.MissingId).Value);
    }

    [Fact]
    public void Many_acks_are_one_write_in_order()
    {
        Advance(TimeSpan.FromSeconds(3));
        var batch = Receive([.. Enumerable.Range(0, 10).Select(index => (MemoryFrame)Data($"\\u00e9{index}"))]);

        Connection.Tell(new QueueProtocol.Acked(new MessageRange(batch, 0, 10)));

        Assert.Equal(
            Enumerable.Range(0, 10).Select(index => $$"""{"type":"ack","id":"\u00e9{{index}}","timestamp":{{UnixTime}}}"""),
            Written());
    }

    [Fact]
    public void Answers_go_out_as_they_come_and_name_only_messages_with_an_id()
    {
        var batch = Receive(Data("a"), """{"type":"data","payload":1}""", Data("b"), Data("c"));

        Connection.Tell(new QueueProtocol.Acked(new MessageRange(batch, 0, 2)));
        Assert.Equal([("ack", "a")], Answers());
        Connection.Tell(new QueueProtocol.Nacked(new MessageRange(batch, 2, 1), NackReason.QueueFull, "no room"));
        Assert.Equal([$$$"""{"type":"nack","id":"b","timestamp":{{{UnixTime}}},"payload":{"reason":"queue_full","error":"no room"}}"""],
            Written());
        Connection.Tell(new QueueProtocol.Acked(new MessageRange(batch, 3, 1)));
        Assert.Equal([("ack", "c")], Answers());
    }

    [Fact]
    public void The_memory_goes_back_with_the_last_answer()
    {
        var batch = Receive(Data("a"), Data("b"));
        var range = new MessageRange(batch, 0, 1);

        Connection.Tell(new QueueProtocol.Acked(range));
        Answers();
        Assert.Equal(["a", "b"], Batches.Ids(batch));
        Connection.Tell(new QueueProtocol.Nacked(range with { From = 1 }, NackReason.PublishFailed, "no"));
        Answers();
        Connection.Tell(ConnectionProtocol.StopReading.Instance, Component);
        Component.ExpectMsg<ConnectionProtocol.ReadingStopped>(Patience);

        Assert.Throws<IndexOutOfRangeException>(() => batch[0]);
    }

    [Fact]
    public void A_peer_that_reads_slowly_gets_what_has_gathered_in_one_write()
    {
        var batch = Receive(Data("a"), Data("b"), Data("c"));
        Socket.Stall();

        Ack(batch, 0);
        Assert.Equal([("ack", "a")], Answers());
        Ack(batch, 1);
        Ack(batch, 2);
        Settle();
        Socket.Resume();

        Assert.Equal([("ack", "b"), ("ack", "c")], Answers());
    }

    [Fact]
    public void A_slow_signal_has_its_exact_form_and_an_id_of_its_own()
    {
        foreach (var count in (int[])[1, 2])
        {
            Connection.Tell(new QueueProtocol.Slow(new SlowNotice(850, 1000, 0.85, 0.8)));

            var expected =
                $$$"""{"type":"slow","id":"bp-{{{UnixTime}}}-{{{count}}}","timestamp":{{{UnixTime}}},"payload":{"queue_depth":850"""
                    + ""","queue_capacity":1000,"utilization":0.85,"threshold":0.8}}""";
            Assert.Equal([expected], Written());
        }
    }

    [Fact]
    public void Data_without_a_payload_is_nacked_and_never_reaches_theQueue()
    {
        Socket.Send("""{"type":"data","id":"a"}""", """{"type":"data"}""");

        Assert.Equal(
            [$$$"""{"type":"nack","id":"a","timestamp":{{{UnixTime}}}"""
                + ""","payload":{"reason":"missing_payload","error":"a data envelope needs a payload"}}"""],
            Written());
        Assert.Equal(["b"], Batches.Ids(Receive(Data("b"))));
        Assert.Equal(2, Metrics.Dropped(NackReason.MissingPayload).Value);
        Assert.Equal(1, Metrics.NacksSent(NackReason.MissingPayload).Value);
        Assert.Equal(1, Metrics.Errors(ErrorTypes.MissingId).Value);
    }

    [Fact]
    public void Data_that_goes_round_in_circles_is_nacked_and_never_reaches_the_queue()
    {
        Socket.Send(
            """{"type":"data","id":"a","payload":1,"via":["x","node-1"]}""",
            """{"type":"data","id":"b","payload":1,"via":["x","y","z"]}""",
            """{"type":"data","payload":1,"via":["node-1"]}""");

        Assert.Equal(
            [
                $$$"""{"type":"nack","id":"a","timestamp":{{{UnixTime}}}"""
                    + ""","payload":{"reason":"loop","error":"""
                    + "\"the message has already passed through this node: its via contains this node\"}}",
                $$$"""{"type":"nack","id":"b","timestamp":{{{UnixTime}}}"""
                    + ""","payload":{"reason":"loop","error":"the message has passed through as many nodes as max_hops allows"}}""",
            ],
            Written());
        Assert.Equal(["c"], Batches.Ids(Receive("""{"type":"data","id":"c","payload":1,"via":["x","y"]}""")));
        Assert.Equal(3, Metrics.Dropped(NackReason.Loop).Value);
        Assert.Equal(2, Metrics.NacksSent(NackReason.Loop).Value);
        Assert.Equal(1, Metrics.Errors(ErrorTypes.MissingId).Value);
        Assert.Equal(4, Metrics.Received(EnvelopeType.Data).Value);
        Assert.Equal(1, Metrics.InFlight.Value);
    }

    [Fact]
    public void A_peer_that_does_not_read_its_answers_is_closed_with_1008()
    {
        var batch = Receive([.. Enumerable.Range(0, 30).Select(index => (MemoryFrame)Data($"{index}"))]);
        Socket.Stall();
        Ack(batch, 0);
        Answers();

        Connection.Tell(new QueueProtocol.Acked(new MessageRange(batch, 1, 10)));
        Settle();
        Assert.Equal(0, Metrics.Errors(ErrorTypes.SendQueueFull).Value);
        Connection.Tell(new QueueProtocol.Acked(new MessageRange(batch, 11, 19)));
        Settle();
        Assert.Equal(1, Metrics.Errors(ErrorTypes.SendQueueFull).Value);

        Socket.Resume();
        Assert.Equal(29, Answers().Count);
        ExpectClose(WebSocketCloseStatus.PolicyViolation, "answers are not read");
    }

    [Fact]
    public void A_peer_that_never_reads_again_is_cut_when_the_time_is_up()
    {
        var batch = Receive([.. Enumerable.Range(0, 30).Select(index => (MemoryFrame)Data($"{index}"))]);
        Socket.Stall();
        Ack(batch, 0);
        Answers();
        Connection.Tell(new QueueProtocol.Acked(new MessageRange(batch, 1, 29)));
        Settle();

        Advance(ConnectionActor.CloseTimeout);

        ExpectCut();
    }

    [Fact]
    public void Too_many_faults_close_theConnection_with_1008()
    {
        Socket.Send("1", "2", "3", "4");

        ExpectClose(WebSocketCloseStatus.PolicyViolation, "more than 3 messages in a row were malformed");
    }

    [Fact]
    public void A_message_that_is_too_large_closes_theConnection_with_1009()
    {
        Socket.Send(Data("a", 2001));

        ExpectClose(WebSocketCloseStatus.MessageTooBig, "a message is limited to 2000 bytes");
    }
}
