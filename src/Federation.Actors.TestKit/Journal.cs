using System.Diagnostics.CodeAnalysis;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.TestKit;

/// <summary>The events at one place, in order; each entry is taken once. Thread-safe.</summary>
internal sealed class Journal<T>
    where T : notnull
{
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

    /// <summary>The entries taken last, for the message of a failure, without the failed one.</summary>
    public string Before(int failed)
    {
        lock (_gate)
        {
            var before = _taken.SkipLast(failed).TakeLast(Shown).Select(static entry => $"{entry}").ToList();
            return before.Count == 0 ? "nothing was received before" : $"before that: {string.Join("; ", before)}";
        }
    }
}
