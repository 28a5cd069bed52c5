using Federation.Actors.Diagnostics;

namespace Federation.Actors.Tests.Requests;

/// <summary>Requests and replies of a peer whose profile limits them.</summary>
public sealed class PermittedRequestsTests : CorrelationKit
{
    private static readonly ProfileSettings Sensor = new()
    {
        Name = "sensor", Methods = ["status", "weigh", "replay"], Replay = false, MaxMessageSize = 100,
    };

    [Theory]
    [InlineData("reboot", DenialReason.Method)]
    [InlineData("announce", DenialReason.Method)]
    [InlineData("replay", DenialReason.Replay)]
    public void A_method_that_is_not_permitted_is_refused_and_not_shown(string method, object reason)
    {
        Start();
        var edge = Connect("edge", profile: Sensor);

        ArriveRequest(edge, "r", method);

        ExpectErrorReply(edge, "r", "not_permitted", $"the profile sensor does not permit the method {method}");
        AssertNothingShown();
        Assert.Equal(1, Metrics.Denials((DenialReason)reason).Value);
    }

    [Fact]
    public void A_permitted_method_is_answered_as_ever()
    {
        Start();
        var edge = Connect("edge", profile: Sensor);

        ArriveRequest(edge, "r", "weigh");

        Assert.StartsWith(".request within", BusLog.ExpectMsg<string>(), StringComparison.Ordinal);
        Bus.Serve("r", "5");
        ExpectReply(edge, "r", "5");
    }

    [Theory]
    [InlineData("""{"type":"request","id":"","payload":{"method":"reboot"}}""")]
    [InlineData("""{"type":"request","payload":{"params":{}}}""")]
    [InlineData("""{"type":"reply","id":"x","payload":{"status":"ok"}}""")]
    public void What_no_permitted_method_explains_is_not_shown(string envelope)
    {
        Start();
        var edge = Connect("edge", profile: Sensor);

        Arrive(edge, envelope);

        Settle(Requests);
        Assert.False(edge.HasMessages);
        AssertNothingShown();
    }

    [Fact]
    public void An_unreadable_request_is_refused_as_ever_and_not_shown()
    {
        Start();
        var edge = Connect("edge", profile: Sensor);

        Arrive(edge, """{"type":"request","id":"r","payload":5}""");

        ExpectErrorReply(edge, "r", "invalid_request", "the payload is a number; expected an object with a method");
        AssertNothingShown();
    }

    [Fact]
    public void A_request_that_is_too_large_is_refused_and_not_shown()
    {
        Start();
        var edge = Connect("edge", profile: Sensor);
        var request = Request("r", "weigh", $"\"{new string('x', 100)}\"");

        Arrive(edge, request);

        ExpectErrorReply(edge, "r", "too_large", $"the message has {request.Length} bytes, and the profile sensor permits 100");
        AssertNothingShown();
        Assert.Equal(1, Metrics.Denials(DenialReason.Size).Value);
    }

    [Fact]
    public void A_reply_that_is_too_large_ends_its_request_and_is_not_shown()
    {
        Start();
        var edge = Connect("edge", profile: Sensor);
        var caller = Call("edge");
        var result = new string('x', 100);
        var reply = $$$"""{"type":"reply","id":"{{{ExpectRequest(edge)}}}","payload":{"status":"ok","result":"{{{result}}}"}}""";

        Arrive(edge, reply);

        ExpectFailure(caller, "too_large", $"the message has {reply.Length} bytes, and the profile sensor permits 100");
        AssertNothingShown();
    }

    [Fact]
    public void A_reply_that_was_requested_is_shown_as_ever()
    {
        Start();
        var edge = Connect("edge", profile: Sensor with { MaxMessageSize = 0 });
        var caller = Call("edge");

        ArriveReply(edge, ExpectRequest(edge));

        ExpectOutcome(caller, """{"status":"ok","result":1}""");
        Assert.StartsWith(".reply", BusLog.ExpectMsg<string>(), StringComparison.Ordinal);
    }

    private void AssertNothingShown()
    {
        Settle(Requests);
        Assert.False(BusLog.HasMessages);
    }
}
