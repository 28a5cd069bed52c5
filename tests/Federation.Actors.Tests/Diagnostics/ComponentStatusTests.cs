using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class ComponentStatusTests
{
    private const string Name = "edge-in";
    private readonly ComponentMetrics _metrics = new(new FederationMetrics(), Name);
    private TimeSpan _now = TimeSpan.FromDays(1);

    [Fact]
    public void A_component_is_starting_and_not_ready_until_it_listens()
    {
        var status = Status();
        Apply(status, new HealthProtocol.Bus(Name, Connected: true));

        var report = Report(status);

        Assert.Equal(("starting", true, false), (report.Status, report.Healthy, report.Ready));
        Assert.Null(report.Details.Endpoint);
    }

    [Fact]
    public void A_component_is_ready_when_it_listens_and_has_its_bus()
    {
        var status = Status();

        Apply(status, new HealthProtocol.Listening(Name, "ws://here/ingest"));
        Assert.False(Report(status).Ready);

        Apply(status, new HealthProtocol.Bus(Name, Connected: true));
        var report = Report(status);
        Assert.Equal(("listening", true), (report.Status, report.Ready));
        Assert.Equal("ws://here/ingest", report.Details.Endpoint);
        Assert.True(report.Details.Nats.Connected);

        Apply(status, new HealthProtocol.Bus(Name, Connected: false));
        Assert.False(Report(status).Ready);
    }

    [Fact]
    public void A_component_that_sends_needs_its_bus_and_says_how_it_sends()
    {
        var settings = new ComponentSettings { Name = Name,
            Ports = new PortsSettings { Inputs = [new InputPortSettings { Name = "a", Subject = "a" }] } };
        var status = new ComponentStatus(settings, _metrics, _now);
        Apply(status, new HealthProtocol.Listening(Name, "ws://here/out"));
        Assert.False(Report(status).Ready);
        Apply(status, new HealthProtocol.EgressBus(Name, Connected: true));
        _metrics.Output.Peers.Set(2);
        _metrics.Output.Held.Set(30);
        _metrics.Output.InFlight.Set(10);
        _metrics.Output.RateCap.Set(5);
        _metrics.Output.Delivered.Inc(100);
        _now += TimeSpan.FromSeconds(4);
        status.Measure(Moment);

        var report = Report(status);

        Assert.True(report.Ready);
        Assert.Equal(new ComponentDetails.SendingState(2, 30, 10, 25, 5), report.Details.Sending);
        Apply(status, new HealthProtocol.EgressBus(Name, Connected: false, "gone"));
        Assert.Equal((false, "gone"), (Report(status).Ready, Report(status).Details.Nats.LastError));
        Assert.Null(Report(Status()).Details.Sending);
    }

    [Fact]
    public void A_component_that_another_node_runs_is_no_problem_of_this_one()
    {
        var settings = new ComponentSettings { Name = Name, Mode = ComponentMode.Client,
            Health = new HealthSettings { DisconnectedUnhealthyAfter = TimeSpan.FromMinutes(1) } };
        var status = new ComponentStatus(settings, _metrics, _now, isShared: true);
        Apply(status, new HealthProtocol.Elsewhere(Name, "akka.tcp://federation@10.0.0.2:4053"));
        _now += TimeSpan.FromHours(1);
        var away = Report(status);
        Assert.Equal(("elsewhere", true, true, "akka.tcp://federation@10.0.0.2:4053"), (away.Status, away.Healthy, away.Ready, away.Node));

        // It comes here: from now on its problems count, but not against a balancer.
        Apply(status, new HealthProtocol.Elsewhere(Name, Node: null));
        Apply(status, new HealthProtocol.Link(Name, LinkState.Connecting, "ws://hub", ""));
        Assert.Equal(
            ("connecting", true, true, null), (Report(status).Status, Report(status).Healthy, Report(status).Ready, Report(status).Node));
        _now += TimeSpan.FromMinutes(2);
        Assert.Equal((false, true), (Report(status).Healthy, Report(status).Ready));

        Apply(status, new HealthProtocol.Stopped(Name));
        Assert.Equal(("elsewhere", true), (Report(status).Status, Report(status).Healthy));
    }

    [Fact]
    public void A_component_that_drains_or_has_stopped_is_not_ready()
    {
        var status = Running();
        Apply(status, new HealthProtocol.Draining(Name));
        var draining = Report(status);
        Assert.Equal(("draining", true, false), (draining.Status, draining.Healthy, draining.Ready));

        Apply(status, new HealthProtocol.Stopped(Name));
        var stopped = Report(status);
        Assert.Equal(("stopped", false, false), (stopped.Status, stopped.Healthy, stopped.Ready));
        Assert.Equal(0, stopped.Details.Connections.Active);
        Assert.Equal(["the component has failed and stopped"], stopped.Problems);
    }

    [Fact]
    public void Five_minutes_without_a_connection_are_unhealthy_until_one_comes()
    {
        var status = Running();
        Apply(status, new HealthProtocol.Connections(Name, 0, 1));
        Pass(299);
        Apply(status, new HealthProtocol.Connections(Name, 0, 2));
        Assert.True(Report(status).Healthy);

        Pass(1);
        Assert.Equal(["no connection for 300 s"], Report(status).Problems);

        Apply(status, new HealthProtocol.Connections(Name, 1, 3));
        var report = Report(status);
        Assert.True(report.Healthy);
        Assert.Equal(new ComponentDetails.ConnectionCount(1, 3), report.Details.Connections);
    }

    [Fact]
    public void A_component_with_a_connection_from_before_it_listened_is_not_idle()
    {
        var status = Status();
        Apply(status, new HealthProtocol.Bus(Name, Connected: true));
        Apply(status, new HealthProtocol.Connections(Name, 1, 1));
        Apply(status, new HealthProtocol.Listening(Name, "ws://here"));

        Pass(1_000_000);

        Assert.True(Report(status).Healthy);
    }

    [Fact]
    public void A_component_may_be_idle_for_ever_when_its_limit_is_zero()
    {
        var status = Status(new HealthSettings { IdleUnhealthyAfter = TimeSpan.Zero });
        Apply(status, new HealthProtocol.Listening(Name, "ws://here"));
        Apply(status, new HealthProtocol.Bus(Name, Connected: true));
        Apply(status, new HealthProtocol.Connections(Name, 0, 1));

        Pass(1_000_000);

        Assert.True(Report(status).Healthy);
    }

    [Fact]
    public void A_queue_that_is_full_for_thirty_seconds_is_unhealthy_until_it_has_room()
    {
        var status = Running();
        Apply(status, new HealthProtocol.QueueFull(Name, Full: true));
        Pass(29);
        Assert.True(Report(status).Healthy);

        Pass(1);
        Assert.Equal(["the queue has been full for 30 s"], Report(status).Problems);

        Apply(status, new HealthProtocol.QueueFull(Name, Full: false));
        Assert.True(Report(status).Healthy);
    }

    [Fact]
    public void A_queue_that_says_again_that_it_is_full_has_been_full_since_the_first_time()
    {
        var status = Running();
        Apply(status, new HealthProtocol.QueueFull(Name, Full: true));
        Pass(20);
        Apply(status, new HealthProtocol.QueueFull(Name, Full: true));
        Pass(10);

        Assert.False(Report(status).Healthy);
    }

    [Fact]
    public void The_queue_of_a_component_that_has_stopped_is_no_longer_full()
    {
        var status = Running();
        Apply(status, new HealthProtocol.QueueFull(Name, Full: true));
        Apply(status, new HealthProtocol.Stopped(Name));
        Apply(status, new HealthProtocol.Listening(Name, "ws://here"));
        Pass(30);

        Assert.True(Report(status).Healthy);
    }

    [Fact]
    public void A_bus_that_is_lost_for_thirty_seconds_is_unhealthy_until_it_is_back()
    {
        var status = Running();
        Apply(status, new HealthProtocol.Bus(Name, Connected: false));
        Pass(20);
        Apply(status, new HealthProtocol.Bus(Name, Connected: false));
        Pass(9);
        Assert.True(Report(status).Healthy);

        Pass(1);
        Assert.Equal(["NATS has been unreachable for 30 s"], Report(status).Problems);

        Apply(status, new HealthProtocol.Bus(Name, Connected: true));
        Assert.True(Report(status).Healthy);
    }

    [Fact]
    public void A_bus_that_never_came_is_unhealthy_after_thirty_seconds()
    {
        var status = Status();
        Apply(status, new HealthProtocol.Listening(Name, "ws://here"));

        Pass(30);

        Assert.False(Report(status).Healthy);
    }

    [Fact]
    public void Throughput_is_what_came_within_the_last_five_seconds()
    {
        var status = Running();
        _metrics.Received(EnvelopeType.Data).Inc(100);
        _metrics.Received(EnvelopeType.Request).Inc(1000);
        Pass(8);
        status.Measure(Moment);
        Assert.Equal(12.5, Report(status).Details.Throughput.MessagesPerSecond);

        for (var second = 0; second < 5; second++)
        {
            _metrics.Received(EnvelopeType.Data).Inc(2);
            Pass(1);
            status.Measure(Moment);
        }

        Assert.Equal(2, Report(status).Details.Throughput.MessagesPerSecond);
    }

    [Fact]
    public void The_level_of_the_queue_is_the_one_that_metrics_show()
    {
        _metrics.QueueDepth.Set(7);
        _metrics.QueueUtilization.Set(0.123456);

        Assert.Equal(new ComponentDetails.QueueLevel(7, 0.1235), Report(Status()).Details.Queue);
    }

    /// <summary>Listens, has its bus and a connection.</summary>
    private ComponentStatus Running()
    {
        var status = Status();
        Apply(status, new HealthProtocol.Listening(Name, "ws://here"));
        Apply(status, new HealthProtocol.Bus(Name, Connected: true));
        Apply(status, new HealthProtocol.Connections(Name, 1, 1));
        return status;
    }

    private ComponentStatus Status(HealthSettings? health = null) =>
        new(
            new ComponentSettings
            {
                Name = Name,
                Health = health ?? new HealthSettings(),
                Ports = new PortsSettings { Outputs = [
                    new OutputPortSettings { Name = PortsSettings.DataName, Subject = "federated.data" }] },
            },
            _metrics,
            _now);

    private Instant Moment => new(_now, DateTimeOffset.UnixEpoch);

    private ComponentHealth Report(ComponentStatus status) => status.Look(Moment).ToHealth();

    private void Apply(ComponentStatus status, HealthProtocol.ComponentChange change) => status.Apply(change, Moment);

    private void Pass(int seconds) => _now += TimeSpan.FromSeconds(seconds);
}
