namespace Federation.Actors.Tests.Hosting;

public sealed class FederationExtensionsTests : FederationNodeKit
{
    [Fact]
    public async Task Status_asks_for_nothing_and_tells_the_numbers()
    {
        var asked = Node.StatusAsync("edge-in", "edge");

        Expect("status", "");
        ReplyOk("""{"throughput":{"current":1.5,"average_1m":2,"unit":"msg/sec"},"queue_depth":3,"uptime_seconds":4,"connections":5"""
            + ""","capabilities":{}}""");

        Assert.Equal(new PeerStatus(new PeerStatus.Rate(1.5, 2, "msg/sec"), 3, 4, 5), await asked);
    }

    [Theory]
    [InlineData(90.5, """{"rate_limit":90.5,"unit":"msg/sec"}""")]
    [InlineData(0.0, """{"rate_limit":0,"unit":"msg/sec"}""")]
    [InlineData(null, """{"rate_limit":null,"unit":"msg/sec"}""")]
    public async Task Backpressure_asks_for_a_rate(double? rate, string parameters)
    {
        var asked = Node.BackpressureAsync("edge-in", "edge", rate);

        Expect("backpressure", parameters);
        ReplyOk("""{"current_rate":120,"adjusted_to":90}""");

        Assert.Equal(new BackpressureResult(120, 90), await asked);
    }

    [Theory]
    [InlineData("""{"current_rate":120,"adjusted_to":null}""")]
    [InlineData("""{"current_rate":120}""")]
    public async Task A_limit_that_is_lifted_is_adjusted_to_none(string result)
    {
        var asked = Node.BackpressureAsync("edge-in", "edge", null);

        ExpectCall();
        ReplyOk(result);

        Assert.Null((await asked).AdjustedTo);
    }

    [Fact]
    public async Task Subscribe_asks_for_a_filter_and_subjects()
    {
        var asked = Node.SubscribeAsync("edge-in", "edge", new { path = "$.level", @operator = "==", value = "error" }, ["a.*", "b.>"]);

        // The serializer escapes what HTML would mind.
        Expect("subscribe", """{"filter":{"path":"$.level","operator":"==","value":"error"},"subjects":["a.*","b.\u003E"]}""");
        ReplyOk("""{"subscription_id":"s","filter_applied":true}""");

        Assert.Equal(new SubscribeResult("s", true), await asked);
    }

    [Fact]
    public void Subscribe_to_everything_is_no_filter_and_no_subjects()
    {
        _ = Node.SubscribeAsync("edge-in", "edge", filter: null);

        Expect("subscribe", """{"filter":null}""");
    }

    [Fact]
    public async Task Replay_asks_for_what_is_given_and_no_more()
    {
        var asked = Node.ReplayAsync("edge-in", "edge", count: 5);
        Expect("replay", """{"count":5}""");
        ReplyOk("""{"messages_available":5,"replay_started":true}""");
        Assert.Equal(new ReplayResult(5, true), await asked);

        _ = Node.ReplayAsync("edge-in", "edge", startTime: DateTimeOffset.FromUnixTimeMilliseconds(1704844800100), startSequence: 7);
        Expect("replay", """{"start_time":1704844800100,"start_sequence":7}""");
    }

    [Fact]
    public async Task Announce_wraps_the_capabilities()
    {
        var asked = Node.AnnounceAsync("edge-in", "edge", new { region = "eu", max_rate = 90 });

        Expect("announce", """{"capabilities":{"region":"eu","max_rate":90}}""");
        ReplyOk("""{"registered":true,"routing_updated":false}""");

        Assert.Equal(new AnnounceResult(true, false), await asked);
    }

    [Theory]
    [InlineData("""{"status":"ok"}""")]
    [InlineData("""{"status":"ok","result":null}""")]
    [InlineData("""{"status":"ok","result":5}""")]
    [InlineData("""{"status":"ok","result":{}}""")]
    [InlineData("""{"status":"ok","result":{"throughput":null,"queue_depth":3,"uptime_seconds":4,"connections":5}}""")]
    [InlineData("""{"status":"ok","result":{"queue_depth":"many"}}""")]
    public async Task A_result_of_something_else_is_an_exception(string reply)
    {
        var asked = Node.StatusAsync("edge-in", "edge");
        ExpectCall();
        Reply(reply);

        var exception = await Assert.ThrowsAsync<PeerRequestException>(() => asked);

        Assert.Equal(("invalid_reply", "the peer's result does not belong to status"), (exception.Code, exception.Message));
    }

    [Fact]
    public async Task Methods_need_a_node() =>
        await Assert.ThrowsAsync<ArgumentNullException>(() => ((IFederation)null!).StatusAsync("edge-in", "edge"));

    private void Expect(string method, string parameters)
    {
        var (call, given) = ExpectCall();
        Assert.Equal(("edge-in", "edge", method, parameters), (call.Component, call.Peer, call.Method, given));
        Assert.Null(call.Timeout);
    }
}
