using System.Diagnostics.CodeAnalysis;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.TestKit;

/// <summary>What has happened at one place, in order: each entry is taken once, by whoever expects it. Thread-safe.</summary>
internal sealed class Journal<T>
    where T : notnull
{
    /// <summary>Entries that a failure tells of at most.</summary>
    private const int Shown = 10;

    private readonly object _gate = new();
    private readonly Queue<T> _waiting = new();
    private readonly List<T> _taken = [];

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _taken, .. _waiting];
            }
        }
    }

    public IReadOnlyList<T> Waiting
    {
        get
        {
            lock (_gate)
            {
                return [.. _waiting];
            }
        }
    }

    public void Add(T entry)
    {
        lock (_gate)
        {
            _waiting.Enqueue(entry);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes the next entry, and waits for it as long as this.</summary>
    public bool TryTake(TimeSpan patience, [MaybeNullWhen(false)] out T entry)
    {
        var started = Clock.System.Elapsed;
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                var left = started + patience - Clock.System.Elapsed;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                {
                    break;
                }
            }

            if (!_waiting.TryDequeue(out entry))
            {
                return false;
            }

            _taken.Add(entry);
            return true;
        }
    }

    /// <summary>What was taken last, for a failure; the entry that has failed is not told twice.</summary>
    public string Before(int failed)
    {
        lock (_gate)
        {
            var before = _taken.SkipLast(failed).TakeLast(Shown).Select(static entry => $"{entry}").ToList();
            return before.Count == 0 ? "nothing had come before" : $"before that: {string.Join("; ", before)}";
        }
    }
}
