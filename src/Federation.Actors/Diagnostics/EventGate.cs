using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Federation.Actors.Diagnostics;

/// <summary>Passes one event of a key per interval, counts the others, and keeps the last of them. Thread-safe.</summary>
internal sealed class EventGate<TKey, TEvent>(Func<TKey, TimeSpan> interval, int maxKeys = int.MaxValue)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Entry> _entries = [];
    private int _overflow;

    /// <summary>Whether <see cref="TryPass"/> would pass an event. Counts nothing.</summary>
    public bool IsDue(TKey key, TimeSpan now)
    {
        lock (_gate)
        {
            return !_entries.TryGetValue(key, out var entry) || now - entry.At >= interval(key);
        }
    }

    /// <param name="heldBack">Events held back since the last passed one; 0 when this one does not pass.</param>
    public bool TryPass(TKey key, TEvent what, TimeSpan now, out int heldBack)
    {
        heldBack = 0;
        lock (_gate)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, key);
            if (Unsafe.IsNullRef(ref entry))
            {
                if (_entries.Count >= maxKeys)
                {
                    _overflow++;
                    return false;
                }

                (heldBack, _overflow) = (_overflow, 0);
                _entries.Add(key, new Entry(now, 0, default));
                return true;
            }

            if (now - entry.At < interval(key))
            {
                entry = entry with { HeldBack = entry.HeldBack + 1, Last = what };
                return false;
            }

            heldBack = entry.HeldBack;
            entry = new Entry(now, 0, default);
            return true;
        }
    }

    /// <summary>Passes the last held back event of each due key, and removes keys without one.</summary>
    /// <returns>The events, with the number of the others.</returns>
    public IReadOnlyList<(TKey Key, TEvent Last, int Others)> Flush(TimeSpan now)
    {
        List<(TKey, TEvent, int)> due = [];
        lock (_gate)
        {
            foreach (var key in _entries.Keys)
            {
                ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, key);
                if (now - entry.At < interval(key))
                {
                    continue;
                }

                if (entry.HeldBack == 0)
                {
                    _entries.Remove(key);
                    continue;
                }

                due.Add((key, entry.Last!, entry.HeldBack - 1));
                entry = new Entry(now, 0, default);
            }
        }

        return due;
    }

    private readonly record struct Entry(TimeSpan At, int HeldBack, TEvent? Last);
}
