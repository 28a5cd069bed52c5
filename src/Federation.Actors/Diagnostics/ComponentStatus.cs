using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

/// <summary>What is known of one component, and since when. Pure: it is told the time.</summary>
internal sealed class ComponentStatus
{
    private readonly ComponentSettings _settings;
    private readonly ComponentMetrics _metrics;
    private readonly bool _isShared;
    private string _status = "starting";
    private string? _node;
    private string? _endpoint;
    private int _active;
    private long _total;
    private string _reason = "";
    private TimeSpan? _idleSince;
    private TimeSpan? _disconnectedSince;
    private TimeSpan? _fullSince;
    private TimeSpan _sampledAt;
    private double _sampled;
    private double _rate;
    private double _deliveredSampled;
    private double _deliveredRate;
    private bool _isSlow;
    private int _attempt;
    private TimeSpan? _nextAttempt;
    private readonly BusWatch _bus = new();
    private readonly BusWatch _egressBus = new();
    private readonly ComponentFlow _flow;
    private readonly ComponentEvents _events;
    private readonly DropWatch _drops;
    private readonly PortFaults _faults = new();

    /// <param name="settings">Which limits apply.</param>
    /// <param name="metrics">Where the present numbers are.</param>
    /// <param name="now">When the component was started, by the monotonic clock.</param>
    /// <param name="isShared">Whether it runs once in a cluster, here or elsewhere.</param>
    public ComponentStatus(ComponentSettings settings, ComponentMetrics metrics, TimeSpan now, bool isShared = false)
    {
        _settings = settings;
        _metrics = metrics;
        _isShared = isShared;
        _sampledAt = now;
        Start(now);
        _status = isShared ? Elsewhere : _status;
        _flow = new ComponentFlow(metrics, Receives, Sends, now);
        _events = new ComponentEvents(settings.Name);
        _drops = new DropWatch(settings.Name);
    }

    private const string Elsewhere = "elsewhere";

    private bool Receives => _settings.Ports.Data is not null;

    private bool Sends => _settings.Ports.Inputs.Count > 0;

    /// <summary>Of the two connections, the one that was lost first.</summary>
    private TimeSpan? BusLostSince => _bus.LostSince is not { } lost || _egressBus.LostSince < lost ? _egressBus.LostSince : lost;

    private string? BusError => _bus.Error ?? _egressBus.Error;

    /// <summary>Takes note of a change.</summary>
    /// <returns>What an operator wants to know of it; null: nothing.</returns>
    public FederationEvent? Apply(HealthProtocol.ComponentChange change, Instant now)
    {
        var isNews = change switch
        {
            HealthProtocol.PortFailed failed => _faults.Add(failed.Fault, now.Elapsed),
            HealthProtocol.PortRecovered recovered => _faults.Remove(recovered.Port, recovered.Peer),
            _ => true,
        };
        Note(change, now.Elapsed);
        return isNews ? _events.Tell(change, now) : null;
    }

    /// <summary>Measures what goes through, once a second.</summary>
    /// <returns>An event when messages were dropped.</returns>
    public FederationEvent? Measure(Instant now)
    {
        _flow.Sample(now.Elapsed);
        var drops = _metrics.Drops().AsEnumerable();
        if (Sends)
        {
            drops = drops.Concat(_metrics.Output.Drops().Where(static drop => DropReason.IsLoss(drop.Key)));
        }

        return _drops.Observe(drops, now);
    }

    /// <inheritdoc cref="PortFaults.Log" />
    public void Log(TimeSpan now, Func<bool, string, bool> write) => _faults.Log(now, write);

    private void Note(HealthProtocol.ComponentChange change, TimeSpan now)
    {
        if (change is HealthProtocol.Stopped or HealthProtocol.Draining)
        {
            _faults.Clear();
        }

        if (_status is Elsewhere && change is not (HealthProtocol.Elsewhere or HealthProtocol.Stopped))
        {
            Start(now);
        }

        switch (change)
        {
            case HealthProtocol.Elsewhere elsewhere:
                _node = elsewhere.Node;
                break;
            case HealthProtocol.Stopped when _isShared:
                _status = Elsewhere;
                _active = 0;
                _endpoint = null;
                _reason = "";
                break;
            case HealthProtocol.Listening listening:
                _status = "listening";
                _endpoint = listening.Endpoint;
                _idleSince = _active > 0 ? null : now;
                break;
            case HealthProtocol.Link { State: LinkState.Stopped } when _status is "draining":
                // Part of the drain, which says more.
                break;
            case HealthProtocol.Link link:
                _status = link.State.ToString().ToLowerInvariant();
                _endpoint = link.Server;
                _reason = link.Reason;
                _attempt = link.Attempt;
                _nextAttempt = now + link.Pause;
                _disconnectedSince = link.State == LinkState.Connected ? null : _disconnectedSince ?? now;
                break;
            case HealthProtocol.Draining:
                _status = "draining";
                break;
            case HealthProtocol.Stopped:
                _status = "stopped";
                _active = 0;
                _fullSince = null;
                _isSlow = false;
                break;
            case HealthProtocol.QueueSlow slow:
                _isSlow = slow.Slow;
                break;
            case HealthProtocol.Connections connections:
                _active = connections.Active;
                _total = connections.Total;
                _idleSince = connections.Active > 0 ? null : _idleSince ?? now;
                break;
            case HealthProtocol.QueueFull queue:
                _fullSince = queue.Full ? _fullSince ?? now : null;
                break;
            case HealthProtocol.Bus bus:
                _bus.Note(bus.Connected, bus.Reason, now);
                break;
            case HealthProtocol.EgressBus bus:
                _egressBus.Note(bus.Connected, bus.Reason, now);
                break;
        }
    }

    /// <summary>Measures the throughput since the last sample.</summary>
    public void Sample(TimeSpan now)
    {
        var received = _metrics.Received(EnvelopeType.Data).Value;
        var seconds = (now - _sampledAt).TotalSeconds;
        if (seconds > 0)
        {
            _rate = Math.Round((received - _sampled) / seconds, 1);
        }

        if (_settings.Ports.Inputs.Count > 0)
        {
            var delivered = _metrics.Output.Delivered.Value;
            _deliveredRate = seconds > 0 ? Math.Round((delivered - _deliveredSampled) / seconds, 1) : _deliveredRate;
            _deliveredSampled = delivered;
        }

        _sampled = received;
        _sampledAt = now;
    }

    /// <summary>Puts into the metrics how the component is.</summary>
    public void Show(TimeSpan now)
    {
        var report = Report(now);
        _metrics.Healthy.Set(report.Healthy ? 1 : 0);
        _metrics.Ready.Set(report.Ready ? 1 : 0);
        _metrics.NatsConnected.Set(report.Details.Nats.Connected ? 1 : 0);
        if (Sends)
        {
            _metrics.Output.InputsFailing.Set(_settings.Ports.Inputs.Sum(port => _faults.Count(port.Name)));
        }

        if (_settings.Ports.Data is { } data)
        {
            _metrics.PublishFailing.Set(_faults.Count(data.Name));
        }

        if (_settings.Ports.Control is { } control)
        {
            _metrics.ControlFailing.Set(_faults.Count(control.Name));
        }
    }

    /// <summary>How the component is.</summary>
    public ComponentHealth Report(TimeSpan now)
    {
        if (_status is Elsewhere)
        {
            var nothing = new ComponentDetails(_settings.Mode.ToString().ToLowerInvariant(), null, new(0, _total), new(0, 0), new(0), new(false, null), null, null);
            return new ComponentHealth(true, _status, [], nothing) { Ready = true, Node = _node };
        }

        var problems = new List<string>();
        if (_status is "stopped")
        {
            problems.Add("the component has failed and stopped");
        }
        else if (_status is "failed")
        {
            problems.Add($"the component {_reason}; attempts are exhausted");
        }

        var health = _settings.Health;
        if (_settings.Mode == ComponentMode.Server)
        {
            Note(problems, _idleSince, health.IdleUnhealthyAfter, now, "no connection");
        }
        else
        {
            Note(problems, _disconnectedSince, health.DisconnectedUnhealthyAfter, now, "no connection to its server");
        }

        Note(problems, _fullSince, health.QueueFullUnhealthyAfter, now, "the queue has been full");
        Note(problems, BusLostSince, health.NatsLostUnhealthyAfter, now, "NATS has been away");
        if (BusLosses(now) is >= BusWatch.FlapLosses and var losses)
        {
            problems.Add($"NATS was lost {losses} times within a minute{(BusError is { } error ? ": " + error : "")}");
        }

        if (BusLostSince is null)
        {
            Note(problems, _flow.PublishStalledSince, health.NatsLostUnhealthyAfter, now, "the bus has confirmed nothing");
        }

        var faults = _faults.Views(now);
        problems.AddRange(faults.Where(fault => health.NatsLostUnhealthyAfter > TimeSpan.Zero && fault.ForSeconds >= health.NatsLostUnhealthyAfter.TotalSeconds)
            .Select(static fault => fault.Text));
        var details = new ComponentDetails(
            _settings.Mode.ToString().ToLowerInvariant(),
            _endpoint,
            new(_active, _total),
            new((int)_metrics.QueueDepth.Value, Math.Round(_metrics.QueueUtilization.Value, 4)),
            new(_rate),
            new(BusLostSince is null, BusLostSince is null ? null : BusError),
            _reason.Length > 0 ? _reason : null,
            Sending());
        return new ComponentHealth(problems.Count == 0, _status, problems, details)
        {
            // A remote that is away must not take the node from a balancer.
            Ready = _isShared || (_status is ("listening" or "connected") && BusLostSince is null && !_faults.BlocksReady),
            Faults = faults.Count > 0 ? [.. faults.Select(static fault => fault.Text)] : null,
        };
    }

    /// <summary>It runs here from now on.</summary>
    private void Start(TimeSpan now)
    {
        _status = "starting";
        _idleSince = now;
        _disconnectedSince = now;
        _fullSince = null;
        _bus.Start(_settings.Ports.Data is null && _settings.Ports.Inputs.Count > 0 ? null : now);
        _egressBus.Start(_settings.Ports.Inputs.Count == 0 ? null : now);
    }

    private int BusLosses(TimeSpan now) => Math.Max(_bus.Losses(now), _egressBus.Losses(now));

    /// <summary>Everything there is to see of the component.</summary>
    public ComponentState Look(Instant at)
    {
        var now = at.Elapsed;
        var health = Report(now);
        return new ComponentState(
            _settings.Name,
            health.Details.Mode,
            health.Status,
            health.Healthy,
            health.Ready,
            health.Problems,
            health.Details.Endpoint,
            health.Details.Connections,
            new(BusLostSince is null, Since(BusLostSince, now), BusLostSince is null && BusLosses(now) < BusWatch.FlapLosses ? null : BusError) { Losses = BusLosses(now) },
            _settings.Mode == ComponentMode.Client ? Link(at) : null,
            Receives ? ReceivingState(now) : null,
            Sends ? SendingState(now) : null)
        {
            Dropping = _drops.IsDropping,
            Faults = _faults.Views(now),
        };
    }

    private static double? Since(TimeSpan? since, TimeSpan now) => since is { } start ? Math.Max(0, Math.Round((now - start).TotalSeconds, 1)) : null;

    private ComponentState.LinkView Link(Instant now) => new(
        _disconnectedSince is null ? "connected" : _status is "starting" or "draining" ? "connecting" : _status,
        _disconnectedSince is null ? 0 : _attempt,
        _nextAttempt is { } next ? now.Stamp(next).ToUnixTimeMilliseconds() : null,
        Since(_disconnectedSince, now.Elapsed),
        _reason.Length > 0 ? _reason : null);

    private ComponentState.ReceivingView ReceivingState(TimeSpan now)
    {
        var backpressure = _settings.Backpressure;
        var policy = backpressure.Enabled ? backpressure.OnFull : OverflowPolicy.Block;
        return new(
            _flow.Received,
            _flow.Published,
            (long)_metrics.Received(EnvelopeType.Data).Value,
            (long)_metrics.AcksSent.Value,
            (long)_metrics.InFlight.Value,
            new(
                (int)_metrics.QueueDepth.Value, backpressure.QueueSize, (long)_metrics.QueueBytes.Value, backpressure.QueueBytes, Math.Round(_metrics.QueueUtilization.Value, 4),
                policy switch { OverflowPolicy.DropOldest => "drop_oldest", OverflowPolicy.DropNewest => "drop_newest", _ => "block" },
                backpressure.Enabled ? SlowNotice.UpperMark : null, backpressure.Enabled ? SlowNotice.LowerMark : null, _isSlow, Since(_fullSince, now)),
            _metrics.Drops(),
            _metrics.Nacks()) { StalledForSeconds = BusLostSince is null ? Since(_flow.PublishStalledSince, now) : null };
    }

    private ComponentState.SendingView SendingState(TimeSpan now)
    {
        var output = _metrics.Output;
        return new(
            _flow.Taken, _flow.Delivered, (long)output.Taken.Value, (long)output.Delivered.Value, (long)output.Held.Value, (int)output.InFlight.Value,
            (int)output.Peers.Value, output.RateCap.Value is > 0 and var cap ? cap : null, Since(_flow.StalledSince, now), output.Drops(), output.Nacks());
    }

    private ComponentDetails.SendingState? Sending()
    {
        if (_settings.Ports.Inputs.Count == 0)
        {
            return null;
        }

        var output = _metrics.Output;
        return new(
            (int)output.Peers.Value, (long)output.Held.Value, (int)output.InFlight.Value, _deliveredRate, output.RateCap.Value is > 0 and var cap ? cap : null);
    }

    private static void Note(List<string> problems, TimeSpan? since, TimeSpan limit, TimeSpan now, string what)
    {
        if (since is { } start && limit > TimeSpan.Zero && now - start >= limit)
        {
            problems.Add($"{what} for {(now - start).TotalSeconds:0} s");
        }
    }
}
