using Federation.Actors.Diagnostics;

namespace Federation.Actors.TestKit;

/// <summary>
/// The readers of a node's connections. One that waits for its peer is at rest; any other is at work, unless its component holds back its
/// peers because its queue is full. Thread-safe.
/// </summary>
internal sealed class Readers
{
    /// <summary>A reader that may be held back is taken to be so when it has not gone on for this long; nobody can tell for certain.</summary>
    private static readonly TimeSpan HeldBack = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly List<(MemorySocket Socket, bool MayBeHeldBack)> _sockets = [];
    private long _waits;

    /// <summary>Adds a connection.</summary>
    public void Add(MemorySocket socket, bool mayBeHeldBack)
    {
        lock (_gate)
        {
            _sockets.RemoveAll(static known => known.Socket.IsOver);
            _sockets.Add((socket, mayBeHeldBack));
        }
    }

    /// <summary>A reader has come to rest.</summary>
    public void Rested()
    {
        lock (_gate)
        {
            _waits++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until all are at rest, no longer than this.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="rests">How often a reader has come to rest by then: when that stays, none has read anything.</param>
    /// <returns>False when the time was not enough.</returns>
    public bool TryRest(TimeSpan patience, out long rests)
    {
        var started = Clock.System.Elapsed;
        lock (_gate)
        {
            while (true)
            {
                rests = _waits;
                var busy = _sockets.FindAll(static known => known.Socket.IsBeingRead);
                if (busy.Count == 0)
                {
                    return true;
                }

                var mayBeHeldBack = busy.TrueForAll(static known => known.MayBeHeldBack);
                var left = started + patience - Clock.System.Elapsed;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, mayBeHeldBack && left > HeldBack ? HeldBack : left))
                {
                    return mayBeHeldBack;
                }
            }
        }
    }
}
