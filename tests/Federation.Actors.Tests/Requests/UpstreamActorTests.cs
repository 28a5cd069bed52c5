using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;

namespace Federation.Actors.Tests.Requests;

public sealed class UpstreamActorTests : VirtualTimeKit
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly QueueProtocol.Slow Slow = new(new SlowNotice(850, 1000, 0.85, 0.8));

    private readonly ComponentMetrics _metrics = new(new FederationMetrics(), "edge-in");
    private readonly TestProbe _queue;
    private readonly TestProbe _requests;
    private readonly IActorRef _upstream;

    public UpstreamActorTests()
    {
        _queue = CreateTestProbe("queue");
        _requests = CreateTestProbe("requests");
        _upstream = Child(CreateTestProbe(), Supervisor(), UpstreamActor.Props("edge-in", _queue, _requests, _metrics), "upstream");
        Assert.Equal(_upstream, _queue.ExpectMsg<QueueProtocol.Register>().Connection);
        Settle(_upstream);
    }

    [Fact]
    public void Nothing_is_asked_while_the_queue_is_well()
    {
        Pass(0.79, 1000);
        Pass(0.79, 1000);

        ExpectNothing(_requests);
    }

    [Fact]
    public void A_slow_queue_asks_the_peers_together_for_less_than_the_bus_takes()
    {
        Pass(0.5, 1000);
        _metrics.AcksSent.Inc(500);
        Advance(Second / 2);

        _upstream.Tell(Slow);

        ExpectAsk(1, """{"rate_limit":800,"unit":"msg/sec"}""");
    }

    [Fact]
    public void Each_peer_is_asked_for_its_part()
    {
        Pass(0.5, 1000);
        _metrics.AcksSent.Inc(1000);
        Advance(Second);
        Settle(_upstream);
        _metrics.AcksSent.Inc(500);
        Advance(Second / 2);

        _upstream.Tell(Slow);

        ExpectAsk(4, """{"rate_limit":200,"unit":"msg/sec"}""");
    }

    [Fact]
    public void A_second_slow_signal_within_the_second_asks_for_nothing_more()
    {
        BeSlow();

        _upstream.Tell(Slow);
        Settle(_upstream);

        ExpectNothing(_requests);
    }

    [Fact]
    public void The_peers_are_asked_again_each_second_while_the_queue_stays_slow()
    {
        BeSlow();

        Pass(0.9, 1000);
        ExpectAsk(1, """{"rate_limit":640,"unit":"msg/sec"}""");
        Pass(0.9, 500);
        ExpectAsk(1, """{"rate_limit":400,"unit":"msg/sec"}""");
    }

    [Fact]
    public void The_peers_may_send_more_when_the_queue_empties()
    {
        BeSlow();

        Pass(0.5, 2000);

        ExpectAsk(1, """{"rate_limit":1000,"unit":"msg/sec"}""");
    }

    [Fact]
    public void Nothing_is_asked_between_the_marks()
    {
        BeSlow();

        Pass(0.7, 1000);

        ExpectNothing(_requests);
    }

    [Fact]
    public void The_limit_is_lifted_when_the_queue_has_been_nearly_empty_for_half_a_minute()
    {
        BeSlow();
        for (var second = 1; second < 30; second++)
        {
            Pass(0.1, 1000);
            Assert.DoesNotContain("null",
                Encoding.UTF8.GetString(_requests.ExpectMsg<RequestProtocol.Broadcast>().Parameters(1).Span), StringComparison.Ordinal);
        }

        Pass(0.1, 1000);
        ExpectAsk(3, """{"rate_limit":null,"unit":"msg/sec"}""");
        Pass(0.1, 1000);
        ExpectNothing(_requests);
    }

    /// <summary>A bus that takes 1,000 messages a second, and a queue that has just become slow.</summary>
    private void BeSlow()
    {
        Pass(0.5, 1000);
        _metrics.AcksSent.Inc(500);
        Advance(Second / 2);
        _upstream.Tell(Slow);
        ExpectAsk(1, """{"rate_limit":800,"unit":"msg/sec"}""");
        _metrics.QueueUtilization.Set(0.7);
        Advance(Second / 2);
        Settle(_upstream);
        ExpectNothing(_requests);
    }

    /// <summary>A second passes in which the bus takes so many.</summary>
    private void Pass(double utilization, int taken)
    {
        _metrics.QueueUtilization.Set(utilization);
        _metrics.AcksSent.Inc(taken);
        Advance(Second);
        Settle(_upstream);
    }

    private void ExpectAsk(int peers, string parameters)
    {
        var broadcast = _requests.ExpectMsg<RequestProtocol.Broadcast>();
        Assert.Equal(("backpressure", parameters), (broadcast.Method, Encoding.UTF8.GetString(broadcast.Parameters(peers).Span)));
        Settle(_upstream);
        ExpectNothing(_requests);
    }
}
