using Akka.Actor;
using Federation.Actors.Settings;

namespace Federation.Actors.Supervision;

/// <summary>
/// When the components of a node that have failed start again: at once, and if they fail again after longer and longer pauses, for ever.
/// </summary>
/// <remarks>It belongs to one actor, which gets <see cref="Due"/> and <see cref="Stable"/>.</remarks>
internal sealed class ComponentRestarts(IActorRef owner, ITimerScheduler timers)
{
    /// <summary>How long a component has to run before its next failure counts as the first.</summary>
    internal static readonly TimeSpan StableAfter = TimeSpan.FromMinutes(1);

    /// <summary>1 s, twice as long each time, 60 s at most, and up to a fifth more.</summary>
    private static readonly Backoff Pauses = new(new ReconnectSettings());

    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);

    public void Started(string component)
    {
        var stable = new Stable(component);
        timers.StartSingleTimer(stable, stable, StableAfter);
    }

    /// <summary>A component has run for <see cref="StableAfter"/>.</summary>
    public void Forgive(string component) => _failures.Remove(component);

    /// <returns>The pause after which <see cref="Due"/> is sent.</returns>
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

    /// <summary>A component is to start again.</summary>
    internal sealed record Due(string Component) : INoSerializationVerificationNeeded;

    /// <summary>A component has run for <see cref="StableAfter"/>.</summary>
    internal sealed record Stable(string Component) : INoSerializationVerificationNeeded;
}
