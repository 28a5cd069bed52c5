using Akka.Actor;
using Federation.Actors.Settings;

namespace Federation.Actors.Supervision;

/// <summary>Restarts failed components of a node: at once, and after repeated failures with growing pauses, forever.</summary>
/// <remarks>Used by one actor, which receives <see cref="Due"/> and <see cref="Stable"/>.</remarks>
internal sealed class ComponentRestarts(IActorRef owner, ITimerScheduler timers)
{
    /// <summary>A failure after this time counts as the first one.</summary>
    internal static readonly TimeSpan StableAfter = TimeSpan.FromMinutes(1);

    /// <summary>1 s, doubled each time up to 60 s, and up to a fifth of jitter.</summary>
    private static readonly Backoff Pauses = new(new ReconnectSettings());

    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);

    public void Started(string component)
    {
        var stable = new Stable(component);
        timers.StartSingleTimer(stable, stable, StableAfter);
    }

    public void Forgive(string component) => _failures.Remove(component);

    /// <returns>The pause until <see cref="Due"/>.</returns>
    public TimeSpan Failed(string component)
    {
        timers.Cancel(new Stable(component));
        var before = _failures.GetValueOrDefault(component);
        _failures[component] = before + 1;
        var due = new Due(component);
        if (before == 0)
        {
            owner.Tell(due);
            return TimeSpan.Zero;
        }

        var pause = Pauses.Delay(before - 1, Random.Shared.NextDouble());
        timers.StartSingleTimer(due, due, pause);
        return pause;
    }

    internal sealed record Due(string Component) : INoSerializationVerificationNeeded;

    internal sealed record Stable(string Component) : INoSerializationVerificationNeeded;
}
