using System.Net.WebSockets;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Tests.Protocol;
using Federation.Actors.Tests.Sending;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.Connections;

/// <summary>A connection on which both ends have agreed on batch frames.</summary>
public sealed class BatchConnectionTests() : ConnectionKit(requests: true, egress: true, receives: true, batches: true)
{
    [Fact]
    public void Records_reach_the_queue_as_messages_and_answers_leave_as_ranges()
    {
        var batch = Receive(Frame(1, 2, 3, 4));
        Assert.Equal(["m-1", "m-2", "m-3", "m-4"], Batches.Ids(batch));
        Assert.Equal((4, 4), (Metrics.InFlight.Value, Metrics.Received(EnvelopeType.Data).Value));

        Connection.Tell(new QueueProtocol.Acked(new MessageRange(batch, 0, 2)));
        Assert.Equal(["1 2 ack"], WrittenAnswers());

        Socket.Stall();
        Connection.Tell(new QueueProtocol.Slow(new SlowNotice(1, 1, 1, 1)));
        Assert.StartsWith("{\"type\":\"slow\"", Assert.Single(Written()), StringComparison.Ordinal);
        Connection.Tell(new QueueProtocol.Nacked(new MessageRange(batch, 2, 1), NackReason.PublishFailed, "no stream"));
        Connection.Tell(new QueueProtocol.Nacked(new MessageRange(batch, 3, 1), NackReason.PublishFailed, "no stream"));
        Settle();
        Socket.Resume();

        Assert.Equal(["3 2 nack publish_failed no stream"], WrittenAnswers());
    }

    [Fact]
    public void A_record_that_may_not_go_on_is_nacked_alone()
    {
        var batch = Receive(Frame([Message(1), Message(2, via: "[\"node-1\"]"), Message(3)]));

        Assert.Equal(["m-1", "m-3"], Batches.Ids(batch));
        Assert.Equal([$"2 1 nack loop {LoopGuard.Sentence(LoopVerdict.NamesThisNode)}"], WrittenAnswers());
        Connection.Tell(new QueueProtocol.Acked(new MessageRange(batch, 0, 2)));
        Assert.Equal(["1 1 ack", "3 1 ack"], WrittenAnswers());
    }

    [Fact]
    public void Records_without_answers_have_no_ids_and_are_no_errors()
    {
        var batch = Receive(Binary(Assert.Single(BatchFrames.Write([Message(1), Message(2)], isAnswered: false))));

        Assert.Equal(["", ""], Batches.Ids(batch));
        Connection.Tell(new QueueProtocol.Acked(new MessageRange(batch, 0, 2)));
        Settle();
        Assert.Equal((0, 2), (Metrics.Errors(ErrorTypes.MissingId).Value, Metrics.InFlight.Value));
    }

    [Fact]
    public void Envelopes_come_and_are_answered_beside_frames_as_text_or_binary()
    {
        var batch = Receive(Data("a"), Binary(System.Text.Encoding.UTF8.GetBytes(Data("b"))), Frame(1));

        Assert.Equal(["a", "b", "m-1"], Batches.Ids(batch));
        Connection.Tell(new QueueProtocol.Acked(new MessageRange(batch, 0, 3)));
        var written = Written();
        Assert.Equal([("ack", "a"), ("ack", "b")], written.Take(2).Select(text => Envelopes.Read(text)!).Select(ack => (ack.Type, ack.Id)));
        Assert.Equal(["1 1 ack"], AnswersIn(written[2]));
    }

    [Theory]
    [InlineData("07", "a frame of an unknown kind")]
    [InlineData("", "a frame of an unknown kind")]
    [InlineData("0101", "a data frame without a record")]
    [InlineData("030101", "the frame ends within a field")]
    [InlineData("03010100", "an answer to the records 1 to 1, which are not waiting for an answer")]
    public void A_bad_frame_closes_the_connection_with_1002_and_the_reason(string hex, string reason)
    {
        Socket.Send(Binary(Convert.FromHexString(hex)));

        ExpectClose(WebSocketCloseStatus.ProtocolError, reason);
        Assert.Equal(1, Metrics.Errors(ErrorTypes.ProtocolError).Value);
    }

    [Fact]
    public void A_gap_in_the_numbers_closes_the_connection_behind_the_records_before_it()
    {
        Socket.Send(Frame(1), Frame(2));

        Assert.Equal(["m-1"], Batches.Ids(Queue.ExpectMsg<EnvelopeBatch>(Patience)));
        ExpectClose(WebSocketCloseStatus.ProtocolError, "the first record of the frame is 1, expected 2");
    }

    [Fact]
    public void Messages_leave_as_one_frame_and_answers_come_back_as_the_messages()
    {
        Attach(wantsFlushed: false);
        OutboundMessage[] messages = [Message(1), Message(2), Message(3)];
        Connection.Tell(new EgressProtocol.Send(messages));
        Assert.Equal(
            ["{\"id\":\"m-1\",\"subject\":\"a\",\"via\":[],\"payload\":1}", "{\"id\":\"m-2\",\"subject\":\"a\",\"via\":[],\"payload\":2}",
                "{\"id\":\"m-3\",\"subject\":\"a\",\"via\":[],\"payload\":3}"], RecordsIn(Assert.Single(Written())));

        Socket.Send(Answers(new AnswerRange(3, 1, "loop", "been here"), new AnswerRange(1, 2)));

        var nack = Egress.ExpectMsg<EgressProtocol.Answered>(Patience);
        Assert.Equal((Connection, "loop"), (nack.Connection, nack.Reason));
        Assert.Equal([messages[2]], nack.Messages);
        var ack = Egress.ExpectMsg<EgressProtocol.Answered>(Patience);
        Assert.Null(ack.Reason);
        Assert.Equal([messages[0], messages[1]], ack.Messages);
        Assert.Equal((2, 1), (Metrics.Received(EnvelopeType.Ack).Value, Metrics.Received(EnvelopeType.Nack).Value));
    }

    [Fact]
    public void A_second_answer_to_a_message_closes_the_connection()
    {
        Attach(wantsFlushed: false);
        Connection.Tell(new EgressProtocol.Send([Message(1), Message(2)]));
        Written();

        Socket.Send(Answers(new AnswerRange(1, 1)), Answers(new AnswerRange(1, 2)));

        Assert.Single(Egress.ExpectMsg<EgressProtocol.Answered>(Patience).Messages);
        ExpectClose(WebSocketCloseStatus.ProtocolError, "an answer to the records 1 to 2, which are not waiting for an answer");
    }

    [Fact]
    public void At_most_once_messages_leave_without_numbers_and_are_flushed()
    {
        Attach(wantsFlushed: true);
        Connection.Tell(new EgressProtocol.Send([Message(1), Message(2)]));

        var frame = Assert.Single(Written());
        Assert.StartsWith(PeerEvent.Binary + "02", frame, StringComparison.Ordinal);
        Assert.Equal(2, Egress.ExpectMsg<EgressProtocol.Flushed>(Patience).Count);
    }

    [Fact]
    public void What_is_written_meanwhile_goes_into_one_frame_and_an_envelope_keeps_its_place_between_frames()
    {
        Attach(wantsFlushed: false);
        Socket.Stall();
        Connection.Tell(new EgressProtocol.Send([Message(1)]));
        Written();
        Connection.Tell(new EgressProtocol.Send([Message(2)]));
        Connection.Tell(new EgressProtocol.Send([Message(3)]));
        Connection.Tell(new RequestProtocol.Request("r", "{}"u8.ToArray()));
        Connection.Tell(new EgressProtocol.Send([Message(4)]));
        Settle();
        Socket.Resume();

        var written = Written();
        Assert.Equal(3, written.Count);
        Assert.Equal(2, RecordsIn(written[0], first: 2).Count);
        Assert.StartsWith("{\"type\":\"request\"", written[1], StringComparison.Ordinal);
        Assert.Single(RecordsIn(written[2], first: 4));
    }

    [Fact]
    public void A_peer_that_does_not_read_is_closed_when_too_many_records_wait()
    {
        Attach(wantsFlushed: false);
        Socket.Stall();
        Connection.Tell(new EgressProtocol.Send([Message(1, length: 600)]));
        Written();

        Connection.Tell(new EgressProtocol.Send([Message(2, length: 600)]));
        Settle(Connection);
        Socket.Resume();

        Written();
        ExpectClose(WebSocketCloseStatus.PolicyViolation, "answers are not read");
        Assert.Equal(1, Metrics.Errors(ErrorTypes.SendQueueFull).Value);
    }

    private static OutboundMessage Message(long number, string via = "[]", int length = 1) => new()
    {
        Source = Outbound.Plain,
        Number = number,
        Subject = "a",
        Via = via,
        Payload = System.Text.Encoding.ASCII.GetBytes(new string((char)('0' + number), length)),
    };

    private static MemoryFrame Frame(params int[] numbers) => Frame([.. numbers.Select(static number => Message(number))]);

    private static MemoryFrame Frame(OutboundMessage[] messages) => Binary(Assert.Single(BatchFrames.Write(messages)));

    private static MemoryFrame Binary(byte[] message) => new(message, IsLast: true) { IsText = false };

    private static MemoryFrame Answers(params AnswerRange[] ranges)
    {
        var buffer = new OutboundBuffer(16);
        AnswerFrame.Begin(buffer);
        foreach (var range in ranges)
        {
            AnswerFrame.Write(buffer, range);
        }

        buffer.EndMessage(isBinary: true);
        return Binary(buffer[0].ToArray());
    }

    private static byte[] Bytes(string written)
    {
        Assert.StartsWith(PeerEvent.Binary, written, StringComparison.Ordinal);
        return Convert.FromHexString(written.AsSpan(PeerEvent.Binary.Length));
    }

    private static string[] AnswersIn(string written)
    {
        List<AnswerRange> ranges = [];
        Assert.Null(AnswerFrame.Read(Bytes(written), ranges));
        return [.. ranges.Select(static range =>
            $"{range.First} {range.Count} {(range.Reason is null ? "ack" : $"nack {range.Reason} {range.Error}")}")];
    }

    private static IReadOnlyList<string> RecordsIn(string written, int first = 1)
    {
        var reader = new DataFrameReader(LoopGuard.None);
        if (first > 1)
        {
            var before = BatchFrames.Write(Enumerable.Range(1, first - 1).Select(static number => Message(number)));
            Assert.Null(BatchFrames.Read(reader, Assert.Single(before), out _));
        }

        Assert.Null(BatchFrames.Read(reader, Bytes(written), out var records));
        return records;
    }

    private string[] WrittenAnswers() => AnswersIn(Assert.Single(Written()));

    private void Attach(bool wantsFlushed)
    {
        Connection.Tell(new EgressProtocol.Attached(Egress, wantsFlushed));
        Settle(Connection);
    }
}
