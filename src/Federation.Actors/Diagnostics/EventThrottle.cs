using System.Runtime.InteropServices;

namespace Federation.Actors.Diagnostics;

/// <summary>
/// Lets one event of a kind, component and peer through in a while; the last of the others follows with their number. Pure; not
/// thread-safe.
/// </summary>
internal sealed class EventThrottle
{
    /// <summary>Kinds, components and peers that are told apart; when there are more at a time, those are held back for good.</summary>
    internal const int MaxKeys = 1000;

    /// <summary>Least time between two events of a key.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The same of a queue that becomes slow and of one that no longer is, which one at its mark does several times a second.</summary>
    internal static readonly TimeSpan SlowInterval = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string Component, FederationEventKind Kind, string Peer), Entry> _entries = [];
    private readonly List<FederationEvent> _due = [];
    private int _overflow;

    /// <summary>Takes an event.</summary>
    /// <param name="said">The event.</param>
    /// <param name="now">The present, by the monotonic clock.</param>
    /// <returns>What is to be published now; null when it is held back.</returns>
    public FederationEvent? Offer(FederationEvent said, TimeSpan now)
    {
        var key = (said.Component, said.Kind, said.Peer);
        if (!_entries.ContainsKey(key) && _entries.Count >= MaxKeys)
        {
            _overflow++;
            return null;
        }

        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out var known);
        if (known)
        {
            entry.Held++;
            entry.Last = said;
            return now - entry.At < IntervalOf(said.Kind) ? null : Release(ref entry, now);
        }

        entry.At = now;
        var held = _overflow;
        _overflow = 0;
        return said with { HeldBack = held };
    }

    /// <summary>To be called about once a second.</summary>
    /// <returns>What was held back and is due, oldest first. Good until the next call.</returns>
    public IReadOnlyList<FederationEvent> Flush(TimeSpan now)
    {
        _due.Clear();
        foreach (var key in _entries.Keys)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, key);
            if (now - entry.At < IntervalOf(key.Kind))
            {
                continue;
            }

            if (entry.Held > 0)
            {
                _due.Add(Release(ref entry, now));
            }
            else
            {
                _entries.Remove(key);
            }
        }

        _due.Sort(static (one, other) => one.Time.CompareTo(other.Time));
        return _due;
    }

    private static TimeSpan IntervalOf(FederationEventKind kind) => kind is FederationEventKind.SlowBegan or FederationEventKind.SlowEnded ? SlowInterval : Interval;

    private static FederationEvent Release(ref Entry entry, TimeSpan now)
    {
        var released = entry.Last! with { HeldBack = entry.Held - 1 };
        entry.At = now;
        entry.Held = 0;
        entry.Last = null;
        return released;
    }

    private record struct Entry(TimeSpan At, int Held, FederationEvent? Last);
}
