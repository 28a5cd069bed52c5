using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;

namespace Federation.Actors.Tests.Requests;

/// <summary>Requests that code on the node makes of peers.</summary>
public sealed class CorrelationActorTests : CorrelationKit
{
    private const string Reply = """{"status":"ok","result":1}""";

    [Fact]
    public void A_reply_goes_to_who_has_asked()
    {
        Start(control: false);
        var edge = Connect("edge");
        var hub = Connect("hub");
        var first = Call("edge", "a", "[1]");
        var second = Call("hub", "b");

        var toEdge = ExpectRequest(edge, """{"method":"a","params":[1]}""");
        var toHub = ExpectRequest(hub, """{"method":"b","params":{}}""");
        ArriveReply(hub, toHub, "2");
        ArriveReply(edge, toEdge, """{"status":"error"}""");

        ExpectOutcome(first, """{"status":"error"}""");
        ExpectOutcome(second, "2");
        Assert.Equal(1, Metrics.RepliesReceived(ReplyStatuses.Ok).Value);
        Assert.Equal(1, Metrics.RepliesReceived(ReplyStatuses.Error).Value);
        Assert.Equal(2, Metrics.RequestsSent("other").Value);
    }

    [Fact]
    public void A_known_method_is_counted_by_its_name()
    {
        Start(control: false);
        var edge = Connect("edge");
        Call("edge", "announce");

        ArriveReply(edge, ExpectRequest(edge, """{"method":"announce","params":{}}"""));

        Settle(Requests);
        Assert.Equal(1, Metrics.RequestsSent("announce").Value);
        Assert.Equal(1, Metrics.RequestDuration("announce").Count);
    }

    [Fact]
    public void An_id_that_comes_back_with_escapes_is_the_same_id()
    {
        Start(control: false);
        var edge = Connect("edge");
        var caller = Call("edge");

        ArriveReply(edge, ExpectRequest(edge).Replace("req-", "\\u0072eq-", StringComparison.Ordinal));

        ExpectOutcome(caller, Reply);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\\ud800")]
    [InlineData("")]
    public void A_reply_to_nothing_is_counted_as_unknown(string id)
    {
        Start(control: false);
        var edge = Connect("edge");

        var credit = ArriveReply(edge, id);

        Settle(Requests);
        Assert.Equal(1, Metrics.RepliesReceived(ReplyStatuses.Unknown).Value);
        Assert.Equal(1, credit.Returned);
    }

    [Fact]
    public void A_timeout_comes_when_the_time_is_up_and_not_before()
    {
        Start(control: false);
        var edge = Connect("edge");
        var caller = Call("edge");
        ExpectRequest(edge);

        Advance(RequestTimeout - TimeSpan.FromMilliseconds(1));
        ExpectSilence(caller);
        Advance(CorrelationActor.SweepInterval);

        ExpectFailure(caller, "timeout", "no reply within 5 s");
        Assert.Equal(1, Metrics.RequestTimeouts.Value);
        Assert.Equal(0, State.Pending.Count);
    }

    [Fact]
    public void A_caller_may_wait_for_as_long_as_it_likes()
    {
        Start(control: false);
        Connect("edge");
        var patient = Call("edge", timeout: TimeSpan.FromSeconds(60));
        var hasty = Call("edge", timeout: TimeSpan.FromMilliseconds(200));
        Settle(Requests);

        Advance(TimeSpan.FromMilliseconds(200));
        Settle(Requests);
        ExpectFailure(hasty, "timeout", "no reply within 0.2 s");
        Advance(TimeSpan.FromSeconds(59));
        ExpectSilence(patient);
        Advance(TimeSpan.FromSeconds(1));
        ExpectFailure(patient, "timeout", "no reply within 60 s");
    }

    [Fact]
    public void A_caller_that_waits_for_ever_gets_its_reply()
    {
        Start(control: false);
        var edge = Connect("edge");
        var caller = Call("edge", timeout: TimeSpan.MaxValue);

        ArriveReply(edge, ExpectRequest(edge));

        ExpectOutcome(caller, Reply);
    }

    [Fact]
    public void A_late_reply_is_dropped_and_counted()
    {
        Start(control: false);
        var edge = Connect("edge");
        var caller = Call("edge");
        var id = ExpectRequest(edge);
        Advance(RequestTimeout);
        ExpectFailure(caller, "timeout", "no reply within 5 s");

        ArriveReply(edge, id);

        ExpectSilence(caller, edge);
        Assert.Equal(1, Metrics.RepliesReceived(ReplyStatuses.Late).Value);
    }

    [Fact]
    public void A_second_reply_is_dropped_and_counted()
    {
        Start(control: false);
        var edge = Connect("edge");
        var caller = Call("edge");
        var id = ExpectRequest(edge);

        ArriveReply(edge, id);
        ArriveReply(edge, id);

        ExpectOutcome(caller, Reply);
        ExpectSilence(caller);
        Assert.Equal(1, Metrics.RepliesReceived(ReplyStatuses.Ok).Value);
        Assert.Equal(1, Metrics.RepliesReceived(ReplyStatuses.Late).Value);
    }

    [Fact]
    public void A_peer_cannot_answer_for_another()
    {
        Start(control: false);
        var edge = Connect("edge");
        var evil = Connect("evil");
        var caller = Call("edge");
        var id = ExpectRequest(edge);

        ArriveReply(evil, id, "\"forged\"");
        ExpectSilence(caller);
        ArriveReply(edge, id);

        ExpectOutcome(caller, Reply);
    }

    [Fact]
    public void One_request_too_many_fails_at_once_and_another_peer_is_not_concerned()
    {
        Start(most: 2, control: false);
        var edge = Connect("edge");
        var hub = Connect("hub");
        Call("edge");
        Call("edge");

        ExpectFailure(Call("edge"), "too_many_requests", "2 requests to edge are already pending");
        Call("hub");
        ExpectRequest(hub);
        ArriveReply(edge, ExpectRequest(edge));
        ExpectRequest(edge);
        Call("edge");
        ExpectRequest(edge);
    }

    [Fact]
    public void A_cancelled_request_frees_its_place_and_its_reply_is_late()
    {
        Start(most: 1, control: false);
        var edge = Connect("edge");
        var caller = Call("edge");
        var id = ExpectRequest(edge);

        Requests.Tell(new RequestProtocol.Cancel("edge-in", caller));
        Call("edge");
        ExpectRequest(edge);
        ArriveReply(edge, id);

        ExpectSilence(caller);
        Assert.Equal(1, Metrics.RepliesReceived(ReplyStatuses.Late).Value);
    }

    [Fact]
    public void A_request_that_does_not_fit_fails_and_frees_its_place()
    {
        Start(most: 1, control: false);
        var edge = Connect("edge");
        var caller = Call("edge");

        Requests.Tell(new RequestProtocol.Unsent(edge, ExpectRequest(edge)));

        ExpectFailure(
            caller, "too_large",
            "the request is too large for a message, or does not fit into the queue together with the peer's unread data");
        Call("edge");
        ExpectRequest(edge);
    }

    [Fact]
    public void A_lost_connection_fails_all_its_requests_at_once_and_no_others()
    {
        Start(control: false);
        var edge = Connect("edge");
        Connect("hub");
        TestProbe[] lost = [Call("edge"), Call("edge"), Call("edge")];
        var other = Call("hub");
        Settle(Requests);

        End(edge);

        Assert.All(lost, caller => ExpectFailure(caller, "connection_lost", "the connection ended before the reply arrived"));
        ExpectSilence(other);
        ExpectFailure(Call("edge"), "unknown_peer", "no peer named edge is connected to edge-in");
    }

    [Fact]
    public void A_peer_that_is_not_there_is_unknown()
    {
        Start(control: false);

        ExpectFailure(Call("edge"), "unknown_peer", "no peer named edge is connected to edge-in");
    }

    [Fact]
    public void A_closing_connection_is_not_asked_but_may_still_reply()
    {
        Start(control: false);
        var old = Connect("edge");
        var asked = Call("edge");
        var id = ExpectRequest(old);
        Close(old);
        ExpectFailure(Call("edge"), "unknown_peer", "no peer named edge is connected to edge-in");
        var fresh = Connect("edge", isFirst: false);

        Call("edge");
        ExpectRequest(fresh);
        ArriveReply(old, id);

        ExpectOutcome(asked, Reply);
        ExpectSilence(old);
    }

    [Fact]
    public void What_comes_from_nobody_known_is_let_go()
    {
        Start(control: false);
        var stranger = CreateTestProbe();

        var credit = ArriveRequest(stranger, "r", "status");

        ExpectSilence(stranger);
        Assert.Equal(1, credit.Returned);
    }
}
