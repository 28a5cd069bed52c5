using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Requests;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Requests;

/// <summary>What the bus sees of the control plane, and what comes from there.</summary>
public sealed class ControlPortTests : CorrelationKit
{
    private const string Reply = """{"status":"ok","result":1}""";

    [Fact]
    public void A_peer_is_offered_with_its_first_connection_and_withdrawn_with_its_last()
    {
        Start();
        var first = Connect("edge");
        var second = Connect("edge", isFirst: false);

        End(first);
        ExpectSilence();
        End(second);

        ExpectBus("withdraw edge");
        Connect("edge");
    }

    [Fact]
    public void A_peer_that_is_asked_from_the_bus_answers_there_and_its_reply_is_shown_once()
    {
        Start();
        var edge = Connect("edge");

        Ask("edge", """{"method":"weather","params":[1]}""");
        var id = ExpectRequest(edge, """{"method":"weather","params":[1]}""");
        ArriveReply(edge, id);

        ExpectBus($".reply edge {id} weather {Reply}", $"answer _INBOX.1 {Reply}");
        ExpectSilence(edge);
        Assert.Equal(1, Bus.TakenCount);
    }

    [Fact]
    public void A_reply_that_nobody_waits_for_is_shown_once_too()
    {
        Start();
        var edge = Connect("edge");

        ArriveReply(edge, "x");

        ExpectBus($".reply edge x - {Reply}");
        ExpectSilence(edge);
    }

    [Theory]
    [InlineData("", "there is no payload; expected an object with a method")]
    [InlineData("status", "the payload is not JSON; expected an object with a method")]
    [InlineData("[]", "the payload is an array; expected an object with a method")]
    [InlineData("""{"params":{}}""", "the method is missing; expected a name of 1 to 128 characters without spaces")]
    public void A_bad_question_from_the_bus_is_told_what_is_wrong(string payload, string message)
    {
        Start();
        var edge = Connect("edge");

        Ask("edge", payload);

        ExpectBus("answer _INBOX.1 " + Error("invalid_request", message));
        ExpectSilence(edge);
    }

    [Fact]
    public void A_question_without_a_reply_inbox_reaches_the_peer_and_nobody_is_answered()
    {
        Start();
        var edge = Connect("edge");

        Ask("edge", """{"method":"status"}""", replyTo: null);
        var id = ExpectRequest(edge);
        ArriveReply(edge, id);
        Ask("edge", "bad", replyTo: null);

        ExpectBus($".reply edge {id} status {Reply}");
        ExpectSilence(edge);
        Assert.Equal(2, Bus.TakenCount);
    }

    [Fact]
    public void What_becomes_of_a_question_is_told_to_the_bus_as_an_error_reply()
    {
        Start(most: 1);
        var edge = Connect("edge");

        Ask("nobody", """{"method":"status"}""", "_INBOX.0");
        Ask("edge", """{"method":"status"}""", "_INBOX.1");
        Ask("edge", """{"method":"status"}""", "_INBOX.2");
        ExpectBus(
            "answer _INBOX.0 " + Error("unknown_peer", "no peer named nobody is connected to edge-in"),
            "answer _INBOX.2 " + Error("too_many_requests", "1 requests to edge are already pending"));
        Advance(RequestTimeout);
        ExpectBus("answer _INBOX.1 " + Error("timeout", "no reply within 5 s"));
        Ask("edge", """{"method":"status"}""", "_INBOX.3");
        Settle(Requests);
        End(edge);

        ExpectBus("withdraw edge", "answer _INBOX.3 " + Error("connection_lost", "the connection ended before the reply arrived"));
    }

    [Fact]
    public void A_question_of_the_bus_is_not_taken_back_by_somebody_without_a_name()
    {
        Start();
        var edge = Connect("edge");
        Ask("edge", """{"method":"status"}""");
        var id = ExpectRequest(edge);

        Requests.Tell(new RequestProtocol.Cancel("edge-in", ActorRefs.Nobody));
        ArriveReply(edge, id);

        ExpectBus($".reply edge {id} status {Reply}", $"answer _INBOX.1 {Reply}");
    }

    [Fact]
    public void A_reply_that_is_too_large_for_the_bus_becomes_an_error()
    {
        Start();
        var edge = Connect("edge");
        Bus.MaxPayload = 100;
        Ask("edge", """{"method":"status"}""");
        var id = ExpectRequest(edge);
        var large = $"\"{new string('x', 99)}\"";

        ArriveReply(edge, id, large);

        ExpectBus(
            $".reply edge {id} status {large}",
            "answer _INBOX.1 " + Error("too_large", "the reply has 101 bytes, and NATS has a maximum of 100"));
    }

    [Fact]
    public void An_answer_that_the_bus_does_not_take_is_counted()
    {
        Start();
        Bus.Takes = false;

        Ask("edge", """{"method":"status"}""");

        Settle(Requests);
        Assert.Equal(1, Metrics.Errors(ErrorTypes.ControlNotPublished).Value);
    }

    [Fact]
    public void The_list_of_peers_is_answered_and_fits()
    {
        Start();
        Connect("edge");
        Bus.MaxPayload = 150;

        Requests.Tell(new ControlProtocol.PeersAsked("_INBOX.1", default));

        ExpectBus("""answer _INBOX.1 {"status":"ok","result":{"node":"node-1","component":"edge-in","total":1,"offset":0,"peers":[]}}""");
        Assert.Equal(1, Bus.TakenCount);
    }

    [Fact]
    public void A_port_that_fails_is_told_and_so_is_its_end_also_by_a_restart()
    {
        Start();
        var fault = new PortFault(PortsSettings.ControlName, "subject ctl", "", "no", "look", NeedsChange: true);

        Requests.Tell(new ControlProtocol.Failed(fault));
        Requests.Tell(ControlProtocol.Recovered.Instance);
        Assert.Equal(new HealthProtocol.PortFailed("edge-in", fault), Health.ExpectMsg<HealthProtocol.PortFailed>());
        Assert.Equal(
            new HealthProtocol.PortRecovered("edge-in", PortsSettings.ControlName, ""), Health.ExpectMsg<HealthProtocol.PortRecovered>());

        Sys.Stop(Requests);
        Health.ExpectMsg<HealthProtocol.PortRecovered>();
    }

    [Fact]
    public void A_notice_is_logged_once_however_often_it_comes()
    {
        Start();
        Settle(Requests);

        EventFilter.Warning(start: "edge-in, control port: no way").Expect(2, () =>
        {
            Array.ForEach(["no way", "no way", "no way home"], text => Requests.Tell(new ControlProtocol.Notice(text)));
            Settle(Requests);
            Advance(FederationLog.Interval);
            Array.ForEach(["no way", "no way home", "no way home"], text => Requests.Tell(new ControlProtocol.Notice(text)));
            Settle(Requests);
        });
    }

    [Fact]
    public void A_restart_keeps_requests_and_offers_the_peers_to_a_new_bus()
    {
        Start();
        var edge = Connect("edge");
        var caller = Call("edge");
        var id = ExpectRequest(edge);

        Restart();
        ArriveReply(edge, id);

        ExpectBus("disposed", "start", "offer edge", $".reply edge {id} status {Reply}");
        ExpectOutcome(caller, Reply);
    }

    [Fact]
    public void A_restart_keeps_deadlines_and_sees_connections_end()
    {
        Start();
        var edge = Connect("edge");
        var hub = Connect("hub");
        var toEdge = Call("edge");
        var toHub = Call("hub");
        Settle(Requests);
        Advance(TimeSpan.FromSeconds(4));
        Restart();
        ExpectBus("disposed", "start");

        End(hub);
        ExpectFailure(toHub, "connection_lost", "the connection ended before the reply arrived");
        Advance(TimeSpan.FromSeconds(1));

        ExpectFailure(toEdge, "timeout", "no reply within 5 s");
    }

    [Fact]
    public void A_request_or_reply_that_makes_the_node_fail_fails_alone_however_often()
    {
        Start();
        var edge = Connect("edge");
        for (var i = 0; i < 2 * ComponentSupervisor.MaxRestarts; i++)
        {
            Bus.Fault = new InvalidOperationException("broken bus");
            var credit = ArriveRequest(edge, $"r{i}", "status");
            ExpectErrorReply(edge, $"r{i}", "internal_error", "the node failed to process this request");
            Bus.Fault = new InvalidOperationException("broken bus");
            ArriveReply(edge, $"x{i}");
            Settle(Requests);
            Assert.Equal(1, credit.Returned);
        }

        Assert.Equal(4 * ComponentSupervisor.MaxRestarts, Metrics.Errors(ErrorTypes.MessageFailed).Value);
        ExpectSilence(edge);
    }

    [Fact]
    public void The_neighbours_of_a_request_that_makes_the_node_fail_are_answered()
    {
        Start();
        var edge = Connect("edge");
        Bus.Fault = new InvalidOperationException("broken bus");

        Arrive(edge, Request("a", "status"), Request("b", "status"));

        ExpectErrorReply(edge, "a", "internal_error", "the node failed to process this request");
        Assert.Equal("b", System.Text.Encoding.UTF8.GetString(edge.ExpectMsg<RequestProtocol.Reply>().Id.Span));
    }

    [Fact]
    public void The_end_of_the_actor_ends_the_bus()
    {
        Start();

        Sys.Stop(Requests);

        ExpectBus("disposed");
    }

    private void Restart()
    {
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => Requests.Tell(Kill.Instance));
        Settle(Requests);
    }
}
