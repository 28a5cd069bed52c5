using System.Text;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;

namespace Federation.Actors.Tests.Requests;

/// <summary>Requests that peers make of the node.</summary>
public sealed class PeerRequestsTests : CorrelationKit
{
    [Fact]
    public void Status_tells_the_numbers_of_the_component()
    {
        Start(control: false);
        var edge = Connect("edge");
        Connect("hub");
        Metrics.QueueDepth.Set(42);
        Metrics.Received(EnvelopeType.Data).Inc(300);
        Advance(TimeSpan.FromSeconds(1));
        Settle(Requests);
        Advance(TimeSpan.FromSeconds(1));

        ArriveRequest(edge, "r", "status");

        ExpectReply(edge, "r",
            Ok("""{"throughput":{"current":0,"average_1m":150,"unit":"msg/sec"},"queue_depth":42,"uptime_seconds":2,"connections":2}"""));
    }

    [Fact]
    public void What_a_peer_announces_is_in_its_status_and_no_others()
    {
        Start(control: false);
        var edge = Connect("edge");
        var hub = Connect("hub");

        ArriveRequest(edge, "r1", "announce", """{"capabilities":{"region":"\ud800"}}""");
        ExpectReply(edge, "r1", Ok("""{"registered":true,"routing_updated":false}"""));
        ArriveRequest(edge, "r2", "status");
        ArriveRequest(hub, "r3", "status");

        const string status =
            """{"throughput":{"current":0,"average_1m":0,"unit":"msg/sec"},"queue_depth":0,"uptime_seconds":0,"connections":2""";
        ExpectReply(edge, "r2", Ok($$$"""{{{status}}},"capabilities":{"region":"\ud800"}}"""));
        ExpectReply(hub, "r3", Ok(status + "}"));
    }

    [Theory]
    [InlineData("{}", "capabilities: missing; expected an object")]
    [InlineData("5", "capabilities: missing; expected an object")]
    [InlineData("""{"capabilities":"eu"}""", "capabilities: string; expected an object")]
    [InlineData("""{"capabilities":null}""", "capabilities: null; expected an object")]
    [InlineData("""{"capabilities":[]}""", "capabilities: array; expected an object")]
    public void An_announcement_of_something_else_is_refused(string parameters, string message)
    {
        Start(control: false);
        var edge = Connect("edge");

        ArriveRequest(edge, "r", "announce", parameters);

        ExpectErrorReply(edge, "r", "invalid_params", message);
    }

    [Fact]
    public void An_announcement_has_a_largest_size()
    {
        Start(control: false);
        var edge = Connect("edge");
        var frame = """{"capabilities":{"x":""}}""";
        var fits = frame.Insert(frame.Length - 3, new string('x', PeerRequests.MaxCapabilities - frame.Length));

        ArriveRequest(edge, "r1", "announce", fits);
        ArriveRequest(edge, "r2", "announce", " " + fits);
        ArriveRequest(edge, "r3", "announce", fits.Replace("xx\"", "xxx\"", StringComparison.Ordinal));

        ExpectReply(edge, "r1", Ok("""{"registered":true,"routing_updated":false}"""));
        ExpectReply(edge, "r2", Ok("""{"registered":true,"routing_updated":false}"""));
        ExpectErrorReply(edge, "r3", "invalid_params", "capabilities: 16385 bytes; expected at most 16384");
    }

    [Theory]
    [InlineData("backpressure")]
    [InlineData("subscribe")]
    [InlineData("replay")]
    public void A_side_that_only_receives_says_so(string method)
    {
        Start(control: false);
        var edge = Connect("edge");

        ArriveRequest(edge, "r", method);

        ExpectErrorReply(edge, "r", "not_supported", "this component only receives");
    }

    [Theory]
    [InlineData("backpressure", """{"rate_limit":1}""")]
    [InlineData("subscribe", "{}")]
    [InlineData("replay", "{}")]
    [InlineData("announce", """{"capabilities":{}}""")]
    public void What_concerns_sending_goes_to_the_sending_side_and_its_answer_back(string method, string parameters)
    {
        var egress = CreateTestProbe("egress");
        Start(control: false, egress: egress);
        var edge = Connect("edge");

        ArriveRequest(edge, "a\\/b", method, parameters);

        var invoke = egress.ExpectMsg<EgressProtocol.Invoke>();
        Assert.Equal((edge.Ref, method, parameters), (invoke.Connection, invoke.Method, Encoding.UTF8.GetString(invoke.Parameters.Span)));
        ExpectSilence(edge);
        egress.Reply(new EgressProtocol.Invoked(invoke, """{"status":"ok","result":7}"""u8.ToArray()));
        ExpectReply(edge, "a\\/b", Ok("7"));
    }

    [Fact]
    public void An_announcement_counts_once_the_sending_side_has_accepted_it()
    {
        var egress = CreateTestProbe("egress");
        Start(control: false, egress: egress);
        var edge = Connect("edge");

        ArriveRequest(edge, "r1", "announce", """{"capabilities":{"max_rate":"much"}}""");
        egress.Reply(new EgressProtocol.Invoked(
            egress.ExpectMsg<EgressProtocol.Invoke>(), ReplyPayload.Error("invalid_params", "max_rate: text; expected a number")));
        ExpectErrorReply(edge, "r1", "invalid_params", "max_rate: text; expected a number");
        ArriveRequest(edge, "r2", "status");
        Assert.DoesNotContain(
            "capabilities", Encoding.UTF8.GetString(edge.ExpectMsg<RequestProtocol.Reply>().Payload.Span), StringComparison.Ordinal);

        ArriveRequest(edge, "r3", "announce", """{"capabilities":{"max_rate":5}}""");
        egress.Reply(new EgressProtocol.Invoked(egress.ExpectMsg<EgressProtocol.Invoke>(), """{"status":"ok","result":7}"""u8.ToArray()));
        ExpectReply(edge, "r3", Ok("7"));
        ArriveRequest(edge, "r4", "status");
        Assert.Contains("""
            "capabilities":{"max_rate":5}
            """, Encoding.UTF8.GetString(edge.ExpectMsg<RequestProtocol.Reply>().Payload.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_status_is_answered_here_also_beside_a_sending_side()
    {
        var egress = CreateTestProbe("egress");
        Start(control: false, egress: egress);
        var edge = Connect("edge");

        ArriveRequest(edge, "r", "status");

        edge.ExpectMsg<RequestProtocol.Reply>();
        ExpectSilence(egress);
    }

    [Fact]
    public void Without_a_control_port_nobody_answers_other_methods()
    {
        Start(control: false);
        var edge = Connect("edge");

        ArriveRequest(edge, "r", "weather");

        ExpectErrorReply(edge, "r", "unknown_method", "no responder for weather: the component has no port named ws_control");
    }

    [Fact]
    public void A_service_on_the_bus_answers_other_methods_and_sees_them_once()
    {
        Start();
        var edge = Connect("edge");

        ArriveRequest(edge, "r", "weather", "[1]");

        ExpectBus(""".request within 5 s edge r weather {"method":"weather","params":[1]}""");
        ExpectSilence(edge);
        Bus.Serve("r", Ok("\"rain\""));
        ExpectReply(edge, "r", Ok("\"rain\""));
        ExpectSilence(edge);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("announce")]
    [InlineData("backpressure")]
    [InlineData("subscribe")]
    [InlineData("replay")]
    public void A_built_in_method_is_shown_once_and_answered_here(string method)
    {
        Start();
        var edge = Connect("edge");

        ArriveRequest(edge, "r", method);

        edge.ExpectMsg<RequestProtocol.Reply>();
        ExpectBus($$$""".request edge r {{{method}}} {"method":"{{{method}}}","params":{}}""");
        ExpectSilence(edge);
    }

    [Fact]
    public void A_bad_request_is_shown_once_and_told_what_is_wrong()
    {
        Start();
        var edge = Connect("edge");

        Arrive(edge, """{"type":"request","id":"r1","payload":{"method":5}}""", """{"type":"request","id":"r2"}""");

        ExpectErrorReply(edge, "r1", "invalid_request", "the method is a number; expected a name of 1 to 128 characters without spaces");
        ExpectErrorReply(edge, "r2", "invalid_request", "there is no payload; expected an object with a method");
        ExpectBus(""".request edge r1 - {"method":5}""", ".request edge r2 - ");
        ExpectSilence(edge);
    }

    [Fact]
    public void A_request_without_an_id_is_shown_and_counted_and_cannot_be_answered()
    {
        Start();
        var edge = Connect("edge");

        Arrive(edge, """{"type":"request","payload":{"method":"weather"}}""");

        ExpectBus(""".request edge  weather {"method":"weather"}""");
        ExpectSilence(edge);
        Assert.Equal(1, Metrics.Errors(ErrorTypes.RequestWithoutId).Value);
    }

    [Fact]
    public void A_peer_has_no_more_requests_under_way_than_it_may()
    {
        Start(most: 2);
        var edge = Connect("edge");
        var hub = Connect("hub");
        Arrive(edge, Request("1", "a"), Request("2", "a"), Request("3", "a"));
        ArriveRequest(hub, "4", "a");

        ExpectErrorReply(edge, "3", "too_many_requests", "2 of your requests are already pending");
        Bus.Serve("2", Ok("2"));
        ExpectReply(edge, "2", Ok("2"));
        ArriveRequest(edge, "5", "a");
        ArriveRequest(edge, "6", "a");
        ExpectErrorReply(edge, "6", "too_many_requests", "2 of your requests are already pending");

        const string payload = """{"method":"a","params":{}}""";
        ExpectBus(
            $".request within 5 s edge 1 a {payload}", $".request within 5 s edge 2 a {payload}",
            $".request within 5 s hub 4 a {payload}", $".request within 5 s edge 5 a {payload}");
        ExpectSilence(edge, hub);
    }

    [Fact]
    public void What_the_bus_does_not_take_is_counted_and_answered_all_the_same()
    {
        Start();
        var edge = Connect("edge");
        Bus.Takes = false;

        ArriveRequest(edge, "r", "subscribe");

        ExpectErrorReply(edge, "r", "not_supported", "this component only receives");
        Assert.Equal(1, Metrics.Errors(ErrorTypes.ControlNotPublished).Value);
    }

    [Fact]
    public void An_answer_for_a_connection_that_is_gone_is_dropped()
    {
        Start();
        var edge = Connect("edge");
        ArriveRequest(edge, "r", "weather");
        ExpectBus(""".request within 5 s edge r weather {"method":"weather","params":{}}""");
        End(edge);
        ExpectBus("withdraw edge");

        Bus.Serve("r", Ok("1"));

        ExpectSilence();
    }

    private static string Ok(string result) => $$"""{"status":"ok","result":{{result}}}""";
}
