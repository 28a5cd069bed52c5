using Akka.Actor;
using Akka.Cluster;

namespace Federation.Actors.Diagnostics;

/// <summary>Hears of every change in the node's components and says how they are.</summary>
internal sealed class HealthActor : UntypedActor, IWithTimers
{
    /// <summary>Between two samples of the throughput.</summary>
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(5);

    /// <summary>Between two looks at the counters.</summary>
    private static readonly TimeSpan MeasureInterval = TimeSpan.FromSeconds(1);

    private readonly FederationSettings _settings;
    private readonly Dictionary<string, ComponentStatus> _components = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FederationLog> _logs = new(StringComparer.Ordinal);
    private readonly EventThrottle _throttle = new();
    private readonly Cluster? _cluster;
    private readonly Clock _clock = Clock.Of(Context.System);
    private readonly TimeSpan _started;
    private readonly FederationMetrics _metrics;
    private MeterView? _meter;

    public HealthActor(FederationSettings settings, FederationMetrics metrics)
    {
        _settings = settings;
        _metrics = metrics;
        _started = _clock.Elapsed;
        _cluster = settings.Cluster.Enabled ? Cluster.Get(Context.System) : null;
        foreach (var component in settings.Components)
        {
            _logs[component.Name] = FederationLog.Of(Context, component.Name);
            _components[component.Name] = new ComponentStatus(component, new ComponentMetrics(metrics, component.Name), _started, settings.IsShared(component));
        }
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(FederationSettings settings, FederationMetrics metrics) =>
        Akka.Actor.Props.Create(() => new HealthActor(settings, metrics));

    /// <inheritdoc />
    protected override void PreStart()
    {
        _meter = new MeterView(_metrics);
        Timers.StartPeriodicTimer(SampleTick.Instance, SampleTick.Instance, SampleInterval);
        Timers.StartPeriodicTimer(MeasureTick.Instance, MeasureTick.Instance, MeasureInterval);
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _meter?.Dispose();

        // The last words of a node that ends.
        foreach (var held in _throttle.Flush(TimeSpan.MaxValue))
        {
            Context.System.EventStream.Publish(held);
        }
    }

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        var now = _clock.Now;
        switch (message)
        {
            case HealthProtocol.ComponentChange change when _components.TryGetValue(change.Component, out var vitals):
                Publish(vitals.Apply(change, now), now);
                vitals.Show(now.Elapsed);
                Log(change.Component, vitals, now.Elapsed);
                break;
            case HealthProtocol.GetReport:
                Sender.Tell(Report(now.Elapsed));
                break;
            case HealthProtocol.GetState:
                Sender.Tell(State(now));
                break;
            case MeasureTick:
                Measure(now);
                break;
            case SampleTick:
                foreach (var component in _components.Values)
                {
                    component.Sample(now.Elapsed);
                    component.Show(now.Elapsed);
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Measure(Instant now)
    {
        foreach (var (name, component) in _components)
        {
            Publish(component.Measure(now), now);
            Log(name, component, now.Elapsed);
        }

        foreach (var held in _throttle.Flush(now.Elapsed))
        {
            Context.System.EventStream.Publish(held);
        }
    }

    private void Log(string component, ComponentStatus vitals, TimeSpan now)
    {
        var log = _logs[component];
        vitals.Log(now, (failed, text) => log.Write(failed ? LogEvents.PortFailed : LogEvents.PortRecovered, "{Component}: {Port}", component, text));
    }

    private void Publish(FederationEvent? said, Instant now)
    {
        if (said is not null && _throttle.Offer(said, now.Elapsed) is { } due)
        {
            Context.System.EventStream.Publish(due);
        }
    }

    private NodeState State(Instant now)
    {
        ComponentState[] components = [.. _settings.Components.Select(component => _components[component.Name].Look(now))];
        return new NodeState(
            _settings.NodeId,
            now.Stamp(_started).ToUnixTimeMilliseconds(),
            now.Utc.ToUnixTimeMilliseconds(),
            components.All(static component => component.Healthy),
            components.All(static component => component.Ready),
            Headline.Of(components),
            NodeState.Sums.Of(components),
            components);
    }

    private FederationHealth Report(TimeSpan now)
    {
        var components = _components.ToDictionary(static pair => pair.Key, pair => pair.Value.Report(now), StringComparer.Ordinal);
        var cluster = _cluster is null ? null : ClusterHealth.Of(_cluster);
        return new FederationHealth(
            components.Values.All(static component => component.Healthy),
            components.Values.All(static component => component.Ready) && cluster is null or { IsMember: true },
            _settings.NodeId,
            (long)(now - _started).TotalSeconds,
            components)
        {
            Cluster = cluster,
        };
    }

    private sealed class MeasureTick : INoSerializationVerificationNeeded
    {
        public static readonly MeasureTick Instance = new();
    }

    private sealed class SampleTick : INoSerializationVerificationNeeded
    {
        public static readonly SampleTick Instance = new();
    }
}
