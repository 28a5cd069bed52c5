using System.Net.WebSockets;
using System.Text;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Connections;

/// <summary>A connection of a component whose requests are on: what it hands to the correlation actor, and what it writes for it.</summary>
public sealed class ConnectionRequestTests : ConnectionKit
{
    [Fact]
    public void Requests_and_replies_go_to_the_correlation_actor_and_are_not_answered_here()
    {
        Socket.Send(
            """{"type":"ack","id":"a"}""",
            """{"type":"reply","id":"d","payload":{"status":"ok"}}""",
            """{"type":"request","id":"req-\/1","payload":{"method":"status"}}""");

        var batch = Arrived();

        Assert.Equal(
            [("reply", "d", """{"status":"ok"}"""), ("request", "req-\\/1", """{"method":"status"}""")],
            Controls(batch).Where(static control => control.Type is not "ack"));
        Settle();
    }

    [Theory]
    [InlineData("ack")]
    [InlineData("nack")]
    [InlineData("slow")]
    [InlineData("unknown")]
    public void Other_controls_go_nowhere(string type)
    {
        Socket.Send($$"""{"type":"{{type}}","id":"a"}""");

        Receive(Data("b"));
        Settle();
        Assert.False(Requests.HasMessages);
    }

    [Fact]
    public void The_credit_of_a_batch_of_controls_comes_back_when_its_requests_are_read()
    {
        List<EnvelopeBatch> held = [];
        for (var i = 0; i < SocketPump.Credits; i++)
        {
            Socket.Send($$"""{"type":"request","id":"{{i}}"}""");
            held.Add(Arrived());
        }

        Socket.Send("""{"type":"request","id":"next"}""");
        Settle();
        Assert.False(Requests.HasMessages);
        held[0].EndControls();

        Assert.Equal(("request", "next", ""), Assert.Single(Controls(Arrived())));
    }

    [Fact]
    public void Batches_of_requests_give_their_credit_back_again_and_again()
    {
        for (var round = 0; round < SocketPump.Credits * 3; round++)
        {
            Socket.Send($$"""{"type":"request","id":"{{round}}"}""");
            var batch = Arrived();
            Assert.Equal(("request", $"{round}", ""), Assert.Single(Controls(batch)));
            batch.EndControls();
        }
    }

    [Fact]
    public void A_batch_with_data_and_requests_stays_readable_until_both_are_done()
    {
        var data = Receive(Data("a"), """{"type":"request","id":"r","payload":{"method":"m"}}""");
        var batch = Arrived();
        Assert.Same(data, batch);

        data.ReturnCredit();
        Ack(data, 0);
        Assert.Equal([("ack", "a")], Answers());
        Settle();

        Assert.Equal(("request", "r", """{"method":"m"}"""), Assert.Single(Controls(batch)));
        batch.EndControls();
        Assert.Throws<IndexOutOfRangeException>(() => batch[0]);
    }

    [Fact]
    public void A_request_is_written_in_its_exact_form()
    {
        const string payload = """{"method":"status","params":{}}""";
        Connection.Tell(new RequestProtocol.Request("req-0-1", Encoding.UTF8.GetBytes(payload)));

        Assert.Equal([$$"""{"type":"request","id":"req-0-1","timestamp":{{UnixTime}},"payload":{{payload}}}"""], Written());
    }

    [Fact]
    public void A_reply_is_written_in_its_exact_form()
    {
        Connection.Tell(new RequestProtocol.Reply("a\\/b"u8.ToArray(), """{"status":"ok","result":1}"""u8.ToArray()));

        Assert.Equal([$$$"""{"type":"reply","id":"a\/b","timestamp":{{{UnixTime}}},"payload":{"status":"ok","result":1}}"""], Written());
    }

    [Fact]
    public void A_request_that_does_not_fit_is_given_back_and_the_connection_stays()
    {
        Connection.Tell(new RequestProtocol.Request("req-0-1", new byte[1001]));

        Requests.ExpectMsg<RequestProtocol.Unsent>(
            unsent => Assert.Equal((Connection, "req-0-1"), (unsent.Connection, unsent.Id)), Patience);
        Settle();
        Connection.Tell(new RequestProtocol.Request("req-0-2", "1"u8.ToArray()));
        Assert.Equal([("request", "req-0-2")], Answers());
    }

    [Fact]
    public void A_request_counts_what_the_peer_has_not_read()
    {
        Socket.Stall();
        Connection.Tell(new RequestProtocol.Request("req-0-1", new byte[600]));
        Written();

        Connection.Tell(new RequestProtocol.Request("req-0-2", new byte[600]));

        Requests.ExpectMsg<RequestProtocol.Unsent>(unsent => Assert.Equal("req-0-2", unsent.Id), Patience);
    }

    [Fact]
    public void A_reply_that_does_not_fit_becomes_an_error_and_the_connection_stays()
    {
        Connection.Tell(new RequestProtocol.Reply("r"u8.ToArray(), new byte[1001]));

        var reply = Envelopes.Read(Assert.Single(Written()))!;
        Assert.Equal(
            ("reply", "r", """{"status":"error","error":{"code":"too_large","message":"the reply has 1001 bytes """
                + """and is too large for a message, or does not fit into the queue together with your unread data"}}"""),
            (reply.Type, reply.Id, reply.Payload));
        Settle();
        Assert.Equal(0, Metrics.Errors(ErrorTypes.SendQueueFull).Value);
    }

    [Fact]
    public void A_connection_that_closes_says_so_before_it_sends_the_close_frame()
    {
        Connection.Tell(new ConnectionProtocol.Close(WebSocketCloseStatus.NormalClosure, "done"));

        ExpectClose(WebSocketCloseStatus.NormalClosure, "done");
        Assert.Equal("closed by this node with 1000: done", Peer.Meter.End);
    }

    [Fact]
    public void Requests_and_replies_to_a_closing_connection_are_dropped()
    {
        Connection.Tell(new ConnectionProtocol.Close(WebSocketCloseStatus.NormalClosure, "done"));
        ExpectClose(WebSocketCloseStatus.NormalClosure, "done");

        Connection.Tell(new RequestProtocol.Request("req-0-1", "1"u8.ToArray()));
        Connection.Tell(new RequestProtocol.Reply("r"u8.ToArray(), "1"u8.ToArray()));

        Settle();
    }

    private static IEnumerable<(string Type, string Id, string Payload)> Controls(EnvelopeBatch batch) => batch.Controls.Select(control =>
        (EnvelopeTypes.Name(control.Type), Encoding.UTF8.GetString(batch.Id(control)), Encoding.UTF8.GetString(
            batch.Payload(control).Span)));

    private EnvelopeBatch Arrived() => Requests.ExpectMsg<RequestProtocol.Arrived>(Patience).Batch;
}
