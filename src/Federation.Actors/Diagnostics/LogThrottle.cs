using System.Runtime.InteropServices;
using Akka.Actor;

namespace Federation.Actors.Diagnostics;

/// <summary>Lets each event of each component pass once a second, and counts what it holds back.</summary>
/// <remarks>One for an actor system. Has at most one entry for each component and event of the table. It is told the time. Thread-safe.</remarks>
internal sealed class LogThrottle : IExtension
{
    /// <summary>Between two lines of the same event.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Component, LoggedEvent Event), Entry> _entries = [];

    /// <summary>That of an actor system.</summary>
    public static LogThrottle Of(ActorSystem system) => system.WithExtension<LogThrottle, Provider>();

    /// <summary>Whether <see cref="TryPass"/> would let an event pass. Counts nothing.</summary>
    public bool IsDue(string component, LoggedEvent what, TimeSpan now)
    {
        lock (_gate)
        {
            return !_entries.TryGetValue((component, what), out var entry) || now - entry.Written >= Interval;
        }
    }

    /// <summary>Whether an event may be written now.</summary>
    /// <param name="component">Whose event it is.</param>
    /// <param name="what">The event.</param>
    /// <param name="now">The present, by the monotonic clock.</param>
    /// <param name="heldBack">How often it was held back since it was written last; 0 when it may not be written.</param>
    public bool TryPass(string component, LoggedEvent what, TimeSpan now, out int heldBack)
    {
        heldBack = 0;
        lock (_gate)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, (component, what), out var exists);
            if (exists && now - entry.Written < Interval)
            {
                entry.HeldBack++;
                return false;
            }

            heldBack = entry.HeldBack;
            entry = new Entry { Written = now };
            return true;
        }
    }

    /// <summary>What is held back and not said yet; it counts as said from here on.</summary>
    public IReadOnlyList<(string Component, LoggedEvent Event, int HeldBack)> TakeHeldBack()
    {
        lock (_gate)
        {
            (string Component, LoggedEvent Event, int HeldBack)[] held =
                [.. _entries.Where(static pair => pair.Value.HeldBack > 0).Select(static pair => (pair.Key.Component, pair.Key.Event, pair.Value.HeldBack))];
            _entries.Clear();
            return held;
        }
    }

    private struct Entry
    {
        public TimeSpan Written;
        public int HeldBack;
    }

    private sealed class Provider : ExtensionIdProvider<LogThrottle>
    {
        public override LogThrottle CreateExtension(ExtendedActorSystem system) => new();
    }
}
