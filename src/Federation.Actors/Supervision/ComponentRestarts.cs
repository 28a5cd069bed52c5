using Akka.Actor;
using Federation.Actors.Settings;

namespace Federation.Actors.Supervision;

/// <summary>When the components of a node that have failed start again: at once, and if they fail again after longer and longer pauses, for ever.</summary>
/// <remarks>For one actor, which is told <see cref="Due"/> and <see cref="Stable"/>.</remarks>
internal sealed class ComponentRestarts(IScheduler scheduler, IActorRef owner)
{
    /// <summary>How long a component has to run before its next failure counts as the first.</summary>
    internal static readonly TimeSpan StableAfter = TimeSpan.FromMinutes(1);

    /// <summary>1 s, twice as long each time, 60 s at most, and up to a fifth more.</summary>
    private static readonly Backoff Pauses = new(new ReconnectSettings());

    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ICancelable> _running = new(StringComparer.Ordinal);

    /// <summary>A component has started.</summary>
    public void Started(string component) =>
        _running[component] = scheduler.ScheduleTellOnceCancelable(StableAfter, owner, new Stable(component), owner);

    /// <summary>A component has run for a while.</summary>
    public void Forgive(string component) => _failures.Remove(component);

    /// <summary>A component has ended and is to start again when the pause is over.</summary>
    /// <returns>The pause.</returns>
    public TimeSpan Failed(string component)
    {
        _running[component].Cancel();
        var before = _failures.GetValueOrDefault(component);
        _failures[component] = before + 1;
        if (before == 0)
        {
            owner.Tell(new Due(component), owner);
            return TimeSpan.Zero;
        }

        var pause = Pauses.Delay(before - 1, Random.Shared.NextDouble());
        scheduler.ScheduleTellOnce(pause, owner, new Due(component), owner);
        return pause;
    }

    /// <summary>A component is to start again.</summary>
    internal sealed record Due(string Component) : INoSerializationVerificationNeeded;

    /// <summary>A component has run for <see cref="StableAfter"/>.</summary>
    internal sealed record Stable(string Component) : INoSerializationVerificationNeeded;
}
