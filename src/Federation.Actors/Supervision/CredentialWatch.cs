using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Security;

namespace Federation.Actors.Supervision;

/// <summary>Reads the files with the credentials of a component's peers again, reports files that cannot be used, and notifies the
/// component when credentials have changed.</summary>
/// <remarks>The files are read on another thread: a large one takes a while.</remarks>
internal sealed class CredentialWatch(
    string component, IReadOnlyList<IReloaded> files, ComponentMetrics metrics, IActorRef health) : UntypedActor, IWithTimers
{
    /// <summary>A change applies within a second.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Clock _clock = Clock.Of(Context.System);
    private readonly FederationLog _log = FederationLog.Of(Context, component);
    private readonly EventGate<string, ValueTuple> _gate = new(static _ => TimeSpan.FromMinutes(1), maxKeys: 100);
    private IReadOnlyList<string>? _problems;
    private long _version = files.Sum(static file => file.Version);

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string component, IReadOnlyList<IReloaded> files, ComponentMetrics metrics, IActorRef health) =>
        Akka.Actor.Props.Create(() => new CredentialWatch(component, files, metrics, health));

    protected override void PreStart() => Timers.StartSingleTimer(Look.Instance, Look.Instance, Interval);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Look:
                _ = Task.Run(Read).PipeTo(Self);
                break;
            case Seen seen:
                Timers.StartSingleTimer(Look.Instance, Look.Instance, Interval);
                Show(seen.Problems);
                if (seen.Version != _version)
                {
                    _version = seen.Version;
                    Context.Parent.Tell(ConnectionProtocol.CredentialsChanged.Instance);
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private Seen Read()
    {
        foreach (var file in files)
        {
            file.Look();
        }

        return new Seen(files.Sum(static file => file.Version), [.. files.Select(static file => file.Problem).OfType<string>()]);
    }

    /// <summary>Each problem once a minute, as long as it lasts.</summary>
    private void Show(IReadOnlyList<string> problems)
    {
        var now = _clock.Now;
        metrics.CredentialFilesFailing.Set(problems.Count);
        if (_problems is null || !problems.SequenceEqual(_problems, StringComparer.Ordinal))
        {
            if (_problems is { Count: > 0 } && problems.Count == 0)
            {
                _log.Write(LogEvents.CredentialsUsable, "{Component} can use its files with credentials of peers again", component);
            }

            _problems = problems;
            health.Tell(new HealthProtocol.CredentialFiles(component, problems));
        }

        foreach (var problem in problems)
        {
            if (!_gate.TryPass(problem, default, now.Elapsed, out _))
            {
                continue;
            }

            var text = $"{component} {problem}; no peer has been added, changed or revoked, and the previous content stays in use";
            _log.Write(LogEvents.CredentialsUnusable, "{Text}", text);
            Context.System.EventStream.Publish(
                new FederationEvent(now.Utc, FederationEventKind.CredentialsUnusable, component, "", text));
        }
    }

    private sealed class Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }

    private sealed record Seen(long Version, IReadOnlyList<string> Problems) : INoSerializationVerificationNeeded;
}
