using Akka.Actor;
using Akka.Cluster;

namespace Federation.Actors.Diagnostics;

/// <summary>Receives every change of the node's components, reports their status and publishes their events.</summary>
internal sealed class HealthActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan MeasureInterval = TimeSpan.FromSeconds(1);

    private readonly FederationSettings _settings;
    private readonly FederationMetrics _metrics;
    private readonly Dictionary<string, ComponentStatus> _components = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FederationLog> _logs = new(StringComparer.Ordinal);
    private readonly EventGate<(string Component, FederationEventKind Kind, string Peer), FederationEvent> _gate = ComponentEvents.Gate();
    private readonly Cluster? _cluster;
    private readonly Clock _clock = Clock.Of(Context.System);
    private readonly Instant _started;
    private MeterView? _meter;

    public HealthActor(FederationSettings settings, FederationMetrics metrics)
    {
        _settings = settings;
        _metrics = metrics;
        _started = _clock.Now;
        _cluster = settings.Cluster.Enabled ? Cluster.Get(Context.System) : null;
        foreach (var component in settings.Components)
        {
            _logs[component.Name] = FederationLog.Of(Context, component.Name);
            _components[component.Name] = new ComponentStatus(
                component, new ComponentMetrics(metrics, component.Name), _started.Elapsed, settings.IsShared(component));
        }
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(FederationSettings settings, FederationMetrics metrics) =>
        Akka.Actor.Props.Create(() => new HealthActor(settings, metrics));

    protected override void PreStart()
    {
        _meter = new MeterView(_metrics);
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, MeasureInterval);
    }

    protected override void PostStop()
    {
        _meter?.Dispose();
        Flush(TimeSpan.MaxValue);
    }

    protected override void OnReceive(object message)
    {
        var now = _clock.Now;
        switch (message)
        {
            case HealthProtocol.ComponentChange change when _components.TryGetValue(change.Component, out var status):
                Update(change.Component, status, status.Apply(change, now), now);
                break;
            case HealthProtocol.GetReport:
                Sender.Tell(State(now).ToHealth());
                break;
            case HealthProtocol.GetState:
                Sender.Tell(State(now));
                break;
            case Tick:
                foreach (var (name, status) in _components)
                {
                    var drops = status.Measure(now);
                    Update(name, status, drops, now);
                    if (drops is not null)
                    {
                        _logs[name].Write(LogEvents.MessagesDropped, "{Text}", drops.Text);
                    }
                }

                ShowCluster();
                Flush(now.Elapsed);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void ShowCluster()
    {
        if (_cluster is { State: var state })
        {
            _metrics.Node.Get(MetricTable.ClusterMembers, "true").Set(state.Members.Count - state.Unreachable.Count);
            _metrics.Node.Get(MetricTable.ClusterMembers, "false").Set(state.Unreachable.Count);
        }
    }

    private void Update(string component, ComponentStatus status, FederationEvent? news, Instant now)
    {
        if (news is not null && _gate.TryPass((component, news.Kind, news.Peer), news, now.Elapsed, out var heldBack))
        {
            Context.System.EventStream.Publish(news with { HeldBack = heldBack });
        }

        status.Show(now);
        var log = _logs[component];
        status.Log(now.Elapsed, (failed, text) => log.Write(
            failed ? LogEvents.PortFailed : LogEvents.PortRecovered, "{Component}: {Port}", component, text));
    }

    private void Flush(TimeSpan now)
    {
        foreach (var (_, last, others) in _gate.Flush(now).OrderBy(static due => due.Last.Time))
        {
            Context.System.EventStream.Publish(last with { HeldBack = others });
        }
    }

    private NodeState State(Instant now) =>
        NodeState.Of(
            _settings.NodeId, _started, now, [.. _settings.Components.Select(component => _components[component.Name].Look(now))]) with
        {
            Cluster = _cluster is null ? null : ClusterHealth.Of(_cluster),
        };

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }
}
