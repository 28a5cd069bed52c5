using System.Net.WebSockets;
using Akka.Actor;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Tests.Sending;

namespace Federation.Actors.Tests.Connections;

/// <summary>A connection of a component that only sends.</summary>
public sealed class ConnectionSendTests() : ConnectionKit(requests: true, egress: true, receives: false)
{
    [Fact]
    public void Messages_are_written_in_order_in_their_exact_form()
    {
        Connection.Tell(Messages(1, 2));

        Assert.Equal(
            ((int[])[1, 2]).Select(
                number => $$"""{"type":"data","id":"m-{{number}}","timestamp":{{UnixTime}},"subject":"a","via":["node"],"payload":"x"}"""),
            Written());
    }

    [Fact]
    public void Bytes_are_counted_as_they_are_written()
    {
        Connection.Tell(Messages(1, 2));

        Assert.Equal(Written().Sum(static text => text.Length), Metrics.BytesSent.Value);
    }

    [Fact]
    public void Who_wants_to_know_is_told_what_has_left()
    {
        Attach(wantsFlushed: true);
        Socket.Stall();
        Connection.Tell(Messages(1, 2));
        Written();
        Settle();
        ExpectNothingSaid();

        Socket.Resume();

        Assert.Equal(new EgressProtocol.Flushed(Connection, 2), Egress.ExpectMsg<EgressProtocol.Flushed>(Patience));
    }

    [Fact]
    public void Who_does_not_want_to_know_is_not_told()
    {
        Attach(wantsFlushed: false);

        Connection.Tell(Messages(1));
        Written();
        Settle();

        ExpectNothingSaid();
    }

    [Fact]
    public void What_has_left_before_somebody_wants_to_know_is_told_then()
    {
        Connection.Tell(Messages(1, 2, 3));
        Written();

        Attach(wantsFlushed: true);

        Assert.Equal(3, Egress.ExpectMsg<EgressProtocol.Flushed>(Patience).Count);
    }

    [Fact]
    public void Answers_go_to_who_sends_and_keep_the_batch_until_they_are_read()
    {
        Attach(wantsFlushed: false);
        Socket.Send("""{"type":"ack","id":"m-1"}""", """{"type":"slow","id":"bp-1","payload":{}}""");

        var batch = Egress.ExpectMsg<EgressProtocol.Answers>(Patience).Batch;
        Settle();

        Assert.Equal([EnvelopeType.Ack, EnvelopeType.Slow], batch.Controls.Select(static control => control.Type));
        Assert.Equal("m-1", System.Text.Encoding.UTF8.GetString(batch.Id(batch.Controls[0])));
        batch.EndControls();
    }

    [Fact]
    public void Requests_and_answers_in_one_batch_both_arrive()
    {
        Attach(wantsFlushed: false);
        Socket.Send("""{"type":"ack","id":"m-1"}""", """{"type":"request","id":"r","payload":{"method":"status","params":{}}}""");

        var answers = Egress.ExpectMsg<EgressProtocol.Answers>(Patience).Batch;
        var asked = Requests.ExpectMsg<RequestProtocol.Arrived>(Patience).Batch;
        answers.EndControls();

        Assert.Same(answers, asked);
        Assert.Equal("r", System.Text.Encoding.UTF8.GetString(asked.Id(asked.Controls[1])));
        asked.EndControls();
    }

    [Fact]
    public void Data_that_nobody_takes_is_nacked_and_counted_as_dropped()
    {
        Socket.Send(Data("a"), """{"type":"data","payload":1}""");

        Assert.Equal(
            [$$$"""{"type":"nack","id":"a","timestamp":{{{UnixTime}}}"""
                + ""","payload":{"reason":"publish_failed","error":"this component only sends"}}"""], Written());
        Assert.Equal((2, 2), (Metrics.Received(EnvelopeType.Data).Value, Metrics.Dropped(NackReason.PublishFailed).Value));
        Assert.Equal((1, 0), (Metrics.NacksSent(NackReason.PublishFailed).Value, Metrics.InFlight.Value));
    }

    [Fact]
    public void What_is_to_be_sent_on_a_closing_connection_is_not()
    {
        Connection.Tell(new ConnectionProtocol.Close(WebSocketCloseStatus.NormalClosure, "bye"));
        ExpectClose(WebSocketCloseStatus.NormalClosure, "bye");

        Connection.Tell(Messages(1));

        Settle();
    }

    private static EgressProtocol.Send Messages(params long[] numbers) =>
        new([.. numbers.Select(static number => Outbound.Envelope(number))]);

    private void Attach(bool wantsFlushed) => Connection.Tell(new EgressProtocol.Attached(Egress, wantsFlushed));

    private void ExpectNothingSaid() => Assert.False(Egress.HasMessages);
}
