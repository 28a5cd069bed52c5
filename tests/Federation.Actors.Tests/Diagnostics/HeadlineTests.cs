using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class HeadlineTests
{
    private static readonly TimeSpan Start = TimeSpan.FromDays(1);
    private readonly FederationMetrics _metrics = new();
    private readonly List<ComponentStatus> _components = [];

    [Fact]
    public void A_node_that_is_well_says_so_with_its_numbers()
    {
        Add("edge-in");

        Assert.Equal(new Headline("ok", "All is well: 0 connections, 0 messages a second, no messages waiting."), At(1));
    }

    [Fact]
    public void NATS_that_is_away_is_told_with_since_when_why_and_how_much_waits()
    {
        Add("edge-in").Apply(new HealthProtocol.Bus("edge-in", Connected: false, "connection refused"), Moment(1));
        new ComponentMetrics(_metrics, "edge-in").QueueDepth.Set(4096);

        Assert.Equal(
            new Headline("error", "edge-in has had no connection to NATS for 12 s: connection refused; 4,096 messages wait."), At(13));
    }

    [Fact]
    public void NATS_that_all_have_lost_is_told_once()
    {
        foreach (var name in new[] { "a", "b" })
        {
            Add(name).Apply(new HealthProtocol.Bus(name, Connected: false, "refused"), Moment(1));
            new ComponentMetrics(_metrics, name).QueueDepth.Set(1);
        }

        Assert.Equal("NATS has not been reachable for 3 s: refused; 2 messages wait.", At(4).Text);
    }

    [Fact]
    public void A_slow_queue_is_a_warning_and_what_is_worse_comes_first()
    {
        Add("a").Apply(new HealthProtocol.QueueSlow("a", Slow: true, 0.9), Moment(0));
        new ComponentMetrics(_metrics, "a").QueueUtilization.Set(0.9);
        Assert.Equal(new Headline("warning", "The queue of a is 90 % full: peers are asked to slow down."), At(1));

        Add("b").Apply(new HealthProtocol.Bus("b", Connected: false, "refused"), Moment(0));

        Assert.Equal(
            new Headline("error", "b has had no connection to NATS for 5 s: refused. 1 more component has a problem."), At(5));
    }

    [Fact]
    public void What_is_sent_and_never_acked_is_a_warning_until_it_is()
    {
        var status = Add("out", sends: true);
        var output = new ComponentMetrics(_metrics, "out").Output;
        output.InFlight.Set(7);
        output.Held.Set(70);
        status.Measure(Moment(1));
        status.Measure(Moment(2));
        Assert.Equal("ok", At(4).Level);
        Assert.Equal(new Headline("warning", "out sends, but nothing has been acked for 5 s; 70 messages wait."), At(5));

        output.Delivered.Inc();
        status.Measure(Moment(6));

        Assert.Equal("ok", At(12).Level);
    }

    [Fact]
    public void Drops_are_a_warning_for_a_while()
    {
        var status = Add("in");
        new ComponentMetrics(_metrics, "in").Dropped(NackReason.QueueFull).Inc(1200);
        status.Measure(Moment(1));
        Assert.Equal(new Headline("warning", "in drops messages: 1,200 queue_full so far."), At(1));

        status.Measure(Moment(11));

        Assert.Equal("ok", At(11).Level);
    }

    [Fact]
    public void What_a_peer_has_asked_not_to_get_is_not_called_dropped()
    {
        var status = Add("out", sends: true);
        var output = new ComponentMetrics(_metrics, "out").Output;
        output.Dropped(DropReason.Filtered).Inc(4000);
        output.Dropped(DropReason.Echo).Inc(20);
        status.Measure(Moment(1));
        Assert.Equal(("ok", 0), (At(1).Level, Lost(1)));

        output.Dropped(DropReason.SlowPeer).Inc(3);
        status.Measure(Moment(2));

        Assert.Equal((new Headline("warning", "out drops messages: 3 slow_peer so far."), 3), (At(2), Lost(2)));
        Assert.Equal(4000, status.Look(Moment(2)).Sending!.Dropped[DropReason.Filtered]);
    }

    [Fact]
    public void A_bus_that_confirms_nothing_is_told_before_its_connection_is_lost()
    {
        var status = Add("in");
        var metrics = new ComponentMetrics(_metrics, "in");
        metrics.Received(EnvelopeType.Data).Inc(120);
        metrics.QueueDepth.Set(120);
        for (var second = 1; second <= 40; second++)
        {
            status.Measure(Moment(second));
            if (second == 4)
            {
                Assert.Equal(new Headline("warning", "The bus of in has confirmed nothing for 3 s; 120 messages wait."), At(4));
                Assert.True(status.Look(Moment(4)).Healthy);
            }
        }

        Assert.Equal("error", At(40).Level);
        Assert.Equal(["the bus has confirmed nothing for 39 s"], status.Look(Moment(40)).Problems);

        metrics.QueueDepth.Set(119);
        status.Measure(Moment(41));

        Assert.Equal("ok", At(41).Level);
    }

    [Fact]
    public void A_bus_that_flaps_is_unhealthy_until_it_has_not_for_a_minute()
    {
        var status = Add("in");
        for (var second = 1; second <= BusWatch.FlapLosses; second++)
        {
            Assert.True(status.Look(Moment(second)).Healthy);
            status.Apply(new HealthProtocol.Bus("in", Connected: false, "Outbound Messages"), Moment(second));
            status.Apply(new HealthProtocol.Bus("in", Connected: false, "Outbound Messages"), Moment(second + 0.1));
            status.Apply(new HealthProtocol.Bus("in", Connected: true), Moment(second + 0.3));
        }

        Assert.Equal(new Headline("error", "in has lost NATS 5 times within a minute: Outbound Messages."), At(6));
        Assert.Equal(["NATS was lost 5 times within a minute: Outbound Messages"], status.Look(Moment(6)).Problems);
        Assert.Equal("ok", At(62).Level);
        Assert.True(status.Look(Moment(62)).Healthy);
    }

    [Fact]
    public void A_loss_that_goes_on_is_part_of_whichever_sentence_wins()
    {
        var status = Add("in");
        var metrics = new ComponentMetrics(_metrics, "in");
        metrics.Dropped(NackReason.QueueFull).Inc(8169);
        status.Apply(new HealthProtocol.Bus("in", Connected: false, "refused"), Moment(1));
        status.Measure(Moment(2));

        Assert.Equal("in has had no connection to NATS for 2 s: refused; messages are dropped: 8,169 queue_full so far.", At(3).Text);

        Add("also").Apply(new HealthProtocol.Bus("also", Connected: false, "refused"), Moment(1));

        Assert.Equal("NATS has not been reachable for 2 s: refused; messages are dropped: 8,169 queue_full so far.", At(3).Text);
    }

    private long Lost(double seconds) => NodeState.Sums.Of([.. _components.Select(status => status.Look(Moment(seconds)))]).Dropped;

    private ComponentStatus Add(string name, bool sends = false)
    {
        var settings = new ComponentSettings
        {
            Name = name,
            Ports = sends ? new PortsSettings { Inputs = [new InputPortSettings { Name = "a", Subject = "a" }] }
                : new PortsSettings { Outputs = [new OutputPortSettings { Name = PortsSettings.DataName, Subject = "federated.data" }] },
        };
        var status = new ComponentStatus(settings, new ComponentMetrics(_metrics, name), Start);
        status.Apply(new HealthProtocol.Listening(name, "ws://here"), Moment(0));
        status.Apply(
            sends ? new HealthProtocol.EgressBus(name, Connected: true) : new HealthProtocol.Bus(name, Connected: true), Moment(0));
        _components.Add(status);
        return status;
    }

    private static Instant Moment(double seconds) => new(Start + TimeSpan.FromSeconds(seconds), DateTimeOffset.UnixEpoch);

    private Headline At(double seconds) => Headline.Of([.. _components.Select(status => status.Look(Moment(seconds)))]);
}
