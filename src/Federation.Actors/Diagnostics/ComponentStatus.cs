using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

/// <summary>Follows the changes of one component and derives its status. Not thread-safe.</summary>
internal sealed class ComponentStatus
{
    private readonly ComponentSettings _settings;
    private readonly ComponentMetrics _metrics;
    private readonly bool _isShared;
    private readonly BusWatch _bus = new();
    private readonly BusWatch _egressBus = new();
    private readonly ComponentFlow _flow;
    private readonly ComponentEvents _events;
    private readonly DropWatch _drops;
    private readonly PortFaults _faults = new();
    private string _status = "starting";
    private string? _node;
    private string? _endpoint;
    private int _active;
    private long _total;
    private string _reason = "";
    private TimeSpan? _idleSince;
    private TimeSpan? _disconnectedSince;
    private TimeSpan? _fullSince;
    private bool _isSlow;
    private IReadOnlyList<string> _credentialProblems = [];
    private int _attempt;
    private TimeSpan? _nextAttempt;

    /// <param name="now">Start of the component, by the monotonic clock.</param>
    public ComponentStatus(ComponentSettings settings, ComponentMetrics metrics, TimeSpan now, bool isShared = false)
    {
        _settings = settings;
        _metrics = metrics;
        _isShared = isShared;
        Start(now);
        _status = isShared ? ComponentState.Elsewhere : _status;
        _flow = new ComponentFlow(metrics, Receives, Sends, now);
        _events = new ComponentEvents(settings.Name);
        _drops = new DropWatch(settings.Name);
    }

    private bool Receives => _settings.Ports.Data is not null;

    private bool Sends => _settings.Ports.Inputs.Count > 0;

    private bool IsElsewhere => _status is ComponentState.Elsewhere;

    /// <summary>Of the two connections, the one that was lost first.</summary>
    private TimeSpan? BusLostSince => _bus.LostSince is not { } lost || _egressBus.LostSince < lost ? _egressBus.LostSince : lost;

    private string? BusError => _bus.Error ?? _egressBus.Error;

    /// <returns>The event for operators, or null.</returns>
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

    /// <summary>Measures the rates once a second.</summary>
    /// <returns>An event when messages were dropped.</returns>
    public FederationEvent? Measure(Instant now)
    {
        _flow.Sample(now.Elapsed);
        var drops = _metrics.Drops().AsEnumerable();
        return _drops.Observe(Sends ? drops.Concat(_metrics.Output.Drops().Where(static drop => DropReason.IsLoss(drop.Key))) : drops, now);
    }

    public void Log(TimeSpan now, Func<bool, string, bool> write) => _faults.Log(now, write);

    public void Show(Instant now)
    {
        var state = Look(now);
        _metrics.Healthy.Set(state.Healthy ? 1 : 0);
        _metrics.Ready.Set(state.Ready ? 1 : 0);
        _metrics.NatsConnected.Set(state.Nats.Connected && !IsElsewhere ? 1 : 0);
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

    public ComponentState Look(Instant at)
    {
        var now = at.Elapsed;
        var faults = _faults.Views(now);
        var losses = Math.Max(_bus.Losses(now), _egressBus.Losses(now));
        var problems = IsElsewhere ? [] : Problems(now, faults, losses);
        return new ComponentState(
            _settings.Name,
            _settings.Mode.ToString().ToLowerInvariant(),
            _status,
            problems.Count == 0,

            // A remote that is away must not take the node from a balancer.
            _isShared || (_status is "listening" or "connected" && BusLostSince is null && !_faults.BlocksReady),
            problems,
            IsElsewhere ? null : _endpoint,
            new(IsElsewhere ? 0 : _active, _total),
            new(BusLostSince is null, Since(BusLostSince, now), BusLostSince is null && losses < BusWatch.FlapLosses ? null : BusError)
                { Losses = losses },
            _settings.Mode == ComponentMode.Client ? Link(at) : null,
            Receives ? Receiving(now) : null,
            Sends ? Sending(now) : null)
        {
            Dropping = _drops.IsDropping,
            Faults = faults,
            Node = _node,
            AverageIn = _flow.Received.Average,
            AverageOut = _flow.Delivered.Average,
        };
    }

    private static double? Since(TimeSpan? since, TimeSpan now) =>
        since is { } start ? Math.Max(0, Math.Round((now - start).TotalSeconds, 1)) : null;

    private void Note(HealthProtocol.ComponentChange change, TimeSpan now)
    {
        if (change is HealthProtocol.Stopped or HealthProtocol.Draining)
        {
            _faults.Clear();
        }

        if (IsElsewhere && change is not (HealthProtocol.Elsewhere or HealthProtocol.Stopped))
        {
            Start(now);
        }

        switch (change)
        {
            case HealthProtocol.Elsewhere elsewhere:
                _node = elsewhere.Node;
                break;
            case HealthProtocol.Stopped when _isShared:
                (_status, _active, _endpoint, _reason) = (ComponentState.Elsewhere, 0, null, "");
                break;
            case HealthProtocol.Stopped:
                (_status, _active, _fullSince, _isSlow) = ("stopped", 0, null, false);
                break;
            case HealthProtocol.Draining:
                _status = "draining";
                break;
            case HealthProtocol.Listening listening:
                (_status, _endpoint, _idleSince) = ("listening", listening.Endpoint, _active > 0 ? null : now);
                break;
            case HealthProtocol.Link { State: LinkState.Stopped } when _status is "draining":
                // Part of the drain, which says more.
                break;
            case HealthProtocol.Link link:
                (_status, _endpoint, _reason, _attempt) = (
                    link.State.ToString().ToLowerInvariant(), link.Server, link.Reason, link.Attempt);
                _nextAttempt = now + link.Pause;
                _disconnectedSince = link.State == LinkState.Connected ? null : _disconnectedSince ?? now;
                break;
            case HealthProtocol.Connections connections:
                (_active, _total, _idleSince) = (connections.Active, connections.Total, connections.Active > 0 ? null : _idleSince ?? now);
                break;
            case HealthProtocol.CredentialFiles files:
                _credentialProblems = files.Problems;
                break;
            case HealthProtocol.QueueSlow slow:
                _isSlow = slow.Slow;
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

    private void Start(TimeSpan now)
    {
        (_status, _idleSince, _disconnectedSince, _fullSince) = ("starting", now, now, null);
        _bus.Start(!Receives && Sends ? null : now);
        _egressBus.Start(Sends ? now : null);
    }

    private List<string> Problems(TimeSpan now, IReadOnlyList<ComponentState.FaultView> faults, int losses)
    {
        var health = _settings.Health;
        List<string> problems = [];
        if (_status is "stopped")
        {
            problems.Add("the component has failed and stopped");
        }
        else if (_status is "failed")
        {
            problems.Add($"the component {_reason}; attempts are exhausted");
        }

        if (_settings.Mode == ComponentMode.Server)
        {
            Add(_idleSince, health.IdleUnhealthyAfter, "no connection");
        }
        else
        {
            Add(_disconnectedSince, health.DisconnectedUnhealthyAfter, "no connection to its server");
        }

        Add(_fullSince, health.QueueFullUnhealthyAfter, "the queue has been full");
        Add(BusLostSince, health.NatsLostUnhealthyAfter, "NATS has been unreachable");
        if (losses >= BusWatch.FlapLosses)
        {
            problems.Add($"NATS was lost {losses} times within a minute{(BusError is { } error ? ": " + error : "")}");
        }

        if (BusLostSince is null)
        {
            Add(_flow.PublishStalledSince, health.NatsLostUnhealthyAfter, "the bus has confirmed nothing");
        }

        problems.AddRange(_credentialProblems);
        problems.AddRange(faults.Where(
            fault => health.NatsLostUnhealthyAfter > TimeSpan.Zero && fault.ForSeconds >= health.NatsLostUnhealthyAfter.TotalSeconds)
            .Select(static fault => fault.Text));
        return problems;

        void Add(TimeSpan? since, TimeSpan limit, string what)
        {
            if (since is { } start && limit > TimeSpan.Zero && now - start >= limit)
            {
                problems.Add($"{what} for {(now - start).TotalSeconds:0} s");
            }
        }
    }

    private ComponentState.LinkView Link(Instant now) => new(
        _disconnectedSince is null ? "connected" : _status is "starting" or "draining" ? "connecting" : _status,
        _disconnectedSince is null ? 0 : _attempt,
        _nextAttempt is { } next ? now.Stamp(next).ToUnixTimeMilliseconds() : null,
        Since(_disconnectedSince, now.Elapsed),
        _reason.Length > 0 ? _reason : null);

    private ComponentState.ReceivingView Receiving(TimeSpan now)
    {
        var backpressure = _settings.Backpressure;
        var policy = backpressure.Enabled ? backpressure.OnFull : OverflowPolicy.Block;
        return new(
            _flow.Received.Current,
            _flow.Published.Current,
            _metrics.Received(EnvelopeType.Data).Value,
            _metrics.AcksSent.Value,
            _metrics.InFlight.Value,
            new(
                (int)_metrics.QueueDepth.Value, backpressure.QueueSize, _metrics.QueueBytes.Value, backpressure.QueueBytes, Math.Round(
                    _metrics.QueueUtilization.Value, 4),
                policy switch { OverflowPolicy.DropOldest => "drop_oldest", OverflowPolicy.DropNewest => "drop_newest", _ => "block" },
                backpressure.Enabled
                    ? SlowNotice.UpperMark : null, backpressure.Enabled ? SlowNotice.LowerMark : null, _isSlow, Since(_fullSince, now)),
            _metrics.Drops(),
            _metrics.Nacks())
        {
            StalledForSeconds = BusLostSince is null ? Since(_flow.PublishStalledSince, now) : null,
        };
    }

    private ComponentState.SendingView Sending(TimeSpan now)
    {
        var output = _metrics.Output;
        return new(
            _flow.Taken.Current, _flow.Delivered.Current, output.Taken.Value, output.Delivered.Value, output.Held.Value, (
                int)output.InFlight.Value,
            (int)output.Peers.Value, output.RateCap.Value is > 0 and var cap
                ? cap : null, Since(_flow.StalledSince, now), output.Drops(), output.Nacks())
        {
            UnackedSeconds = output.UnackedAge.Value is > 0 and var age ? Math.Round(age, 1) : null,
        };
    }
}
