using Akka.Actor;
using Akka.Cluster;
using Federation.Actors.Messages;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;

namespace Federation.Actors.Health;

/// <summary>Hears of every change in the node's components and says how they are.</summary>
internal sealed class HealthActor : UntypedActor, IWithTimers
{
    /// <summary>Between two samples of the throughput.</summary>
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(5);

    private readonly FederationSettings _settings;
    private readonly Dictionary<string, ComponentVitals> _components = new(StringComparer.Ordinal);
    private readonly Cluster? _cluster;
    private readonly DateTimeOffset _started = Context.System.Scheduler.Now;

    public HealthActor(FederationSettings settings, FederationMetrics metrics)
    {
        _settings = settings;
        _cluster = settings.Cluster.Enabled ? Cluster.Get(Context.System) : null;
        foreach (var component in settings.Components)
        {
            _components[component.Name] = new ComponentVitals(component, new ComponentMetrics(metrics, component.Name), _started, settings.IsShared(component));
        }
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(FederationSettings settings, FederationMetrics metrics) =>
        Akka.Actor.Props.Create(() => new HealthActor(settings, metrics));

    /// <inheritdoc />
    protected override void PreStart() => Timers.StartPeriodicTimer(SampleTick.Instance, SampleTick.Instance, SampleInterval);

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        var now = Context.System.Scheduler.Now;
        switch (message)
        {
            case HealthProtocol.ComponentChange change when _components.TryGetValue(change.Component, out var vitals):
                vitals.Apply(change, now);
                break;
            case HealthProtocol.GetReport:
                Sender.Tell(Report(now));
                break;
            case SampleTick:
                foreach (var component in _components.Values)
                {
                    component.Sample(now);
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private HealthReport Report(DateTimeOffset now)
    {
        var components = _components.ToDictionary(static pair => pair.Key, pair => pair.Value.Report(now), StringComparer.Ordinal);
        var cluster = _cluster is null ? null : ClusterHealth.Of(_cluster);
        return new HealthReport(
            components.Values.All(static component => component.Healthy),
            components.Values.All(static component => component.Ready) && cluster is null or { IsMember: true },
            _settings.NodeId,
            (long)(now - _started).TotalSeconds,
            components)
        {
            Cluster = cluster,
        };
    }

    private sealed class SampleTick : INoSerializationVerificationNeeded
    {
        public static readonly SampleTick Instance = new();
    }
}
