using Federation.Actors.Diagnostics;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class PortFaultsTests
{
    private const string Name = "out";
    private static readonly TimeSpan Start = TimeSpan.FromDays(1);
    private readonly FederationMetrics _metrics = new();
    private readonly ComponentStatus _status;

    public PortFaultsTests()
    {
        var settings = new ComponentSettings
        {
            Name = Name,
            Ports = new PortsSettings
            {
                Inputs = [new InputPortSettings { Name = "events", Subject = "events.>" }],
                Outputs = [new OutputPortSettings { Name = PortsSettings.ControlName, Subject = "ctl" }],
            },
        };
        _status = new ComponentStatus(settings, new ComponentMetrics(_metrics, Name), Start);
        _status.Apply(new HealthProtocol.Listening(Name, "ws://here"), Moment(0));
        _status.Apply(new HealthProtocol.EgressBus(Name, Connected: true), Moment(0));
        _status.Apply(new HealthProtocol.Connections(Name, 1, 1), Moment(0));
    }

    [Fact]
    public void A_drain_logs_no_recovery_of_a_faulty_port()
    {
        List<(bool Failed, string Text)> lines = [];
        Fail();
        _status.Log(TimeSpan.FromDays(1), Write);

        _status.Apply(new HealthProtocol.Draining(Name), Moment(1));
        _status.Log(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1), Write);

        Assert.True(Assert.Single(lines).Failed);

        bool Write(bool failed, string text)
        {
            lines.Add((failed, text));
            return true;
        }
    }

    [Fact]
    public void A_port_that_needs_a_change_is_not_ready_at_once_and_unhealthy_after_the_bound()
    {
        Fail();

        var at = Report(1);
        Assert.Equal((false, true), (at.Ready, at.Healthy));
        Assert.Equal(["port events (stream EVENTS) has failed: there is no such stream; create it"], at.Faults);
        Assert.Equal(["port events (stream EVENTS) has failed: there is no such stream; create it"], Report(31).Problems);
        Assert.Equal(
            new Headline(
                "error", "out: port events (stream EVENTS) has failed: there is no such stream; create it; the node has retried for 12 s."),
            Headline.Of([_status.Look(Moment(13))]));

        Recover();

        var well = Report(32);
        Assert.Equal((true, true), (well.Ready, well.Healthy));
        Assert.Null(well.Faults);
        Assert.Equal("ok", Headline.Of([_status.Look(Moment(32))]).Level);
    }

    [Fact]
    public void A_fault_that_may_pass_or_concerns_one_peer_leaves_the_component_ready()
    {
        Fail(change: static fault => fault with { NeedsChange = false });
        Assert.True(Report(1).Ready);
        Recover();
        Fail(change: static fault => fault with { Peer = "one" });
        Fail(change: static fault => fault with { Peer = "two" });

        Assert.True(Report(1).Ready);
        Assert.Contains("has failed for one and 1 more peer: there", Assert.Single(Report(1).Faults!), StringComparison.Ordinal);
        Assert.False(Report(31).Healthy);
    }

    [Fact]
    public void The_metrics_count_the_faults_of_inputs_and_of_the_control_port()
    {
        Fail(change: static fault => fault with { Peer = "one" });
        Fail(change: static fault => fault with { Peer = "two" });
        Fail(change: static fault => fault with { Port = PortsSettings.ControlName });
        _status.Show(Moment(1));
        Assert.Equal((2, 1), Gauges());

        _status.Apply(new HealthProtocol.Stopped(Name), Moment(2));
        _status.Show(Moment(2));

        Assert.Equal((0, 0), Gauges());
    }

    [Fact]
    public void A_fault_is_one_event_however_often_it_is_reported_and_its_end_is_another()
    {
        var began = Fail();
        Assert.Equal((FederationEventKind.PortFailed, "port events of out (stream EVENTS) has failed: there is no such stream; create it"),
            (began!.Kind, began.Text));
        Assert.Null(Fail());

        Assert.Equal((FederationEventKind.PortRecovered, "port events of out works again"),
            Recover() is { } ended ? (ended.Kind, ended.Text) : default);
        Assert.Null(Recover());
    }

    [Fact]
    public void A_fault_is_logged_once_a_minute_and_so_is_a_port_that_flaps()
    {
        Fail();
        var log = new List<string>();
        for (var second = 1; second <= 150; second++)
        {
            Log(second);
        }

        Assert.Equal(["1 failed", "61 failed", "121 failed"], log);
        for (var second = 151; second <= 240; second++)
        {
            Recover();
            Log(second);
            Fail();
            Log(second);
        }

        Assert.Equal(["151 again", "181 failed", "182 again"], log.Skip(3).Take(3));
        Assert.Equal(6, log.Count);

        void Log(int second) => _status.Log(At(second), (failed, _) =>
        {
            log.Add($"{second} {(failed ? "failed" : "again")}");
            return true;
        });
    }

    private static TimeSpan At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private static Instant Moment(double seconds) => new(At(seconds), DateTimeOffset.UnixEpoch);

    private FederationEvent? Fail(Func<PortFault, PortFault>? change = null)
    {
        var fault = new PortFault("events", "stream EVENTS", "", "there is no such stream", "create it", NeedsChange: true);
        return _status.Apply(new HealthProtocol.PortFailed(Name, change is null ? fault : change(fault)), Moment(1));
    }

    private ComponentHealth Report(double seconds) => _status.Look(Moment(seconds)).ToHealth();

    private FederationEvent? Recover() => _status.Apply(new HealthProtocol.PortRecovered(Name, "events", ""), Moment(1));

    private (double Inputs, double Control) Gauges() =>
        (new ComponentMetrics(_metrics, Name).Output.InputsFailing.Value, new ComponentMetrics(_metrics, Name).ControlFailing.Value);
}
