using System.Globalization;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>The node's last events. Thread-safe.</summary>
/// <param name="run">Tells this run of the node from others; part of each event's id.</param>
internal sealed class EventLog(long run)
{
    /// <summary>Events that are kept.</summary>
    public const int Capacity = 100;

    private readonly Queue<EventView> _events = new();
    private readonly Lock _gate = new();
    private long _count;

    /// <summary>Keeps an event; the oldest gives way.</summary>
    public EventView Add(FederationEvent said)
    {
        lock (_gate)
        {
            var view = EventView.Of(said, string.Create(CultureInfo.InvariantCulture, $"{run}-{++_count}"));
            _events.Enqueue(view);
            if (_events.Count > Capacity)
            {
                _events.Dequeue();
            }

            return view;
        }
    }

    /// <summary>What is kept, oldest first.</summary>
    /// <param name="after">Only those after this id; all of them when it is null, too old, or of another run.</param>
    public IReadOnlyList<EventView> Since(string? after = null)
    {
        lock (_gate)
        {
            var seen = _events.ToList().FindIndex(known => string.Equals(known.Id, after, StringComparison.Ordinal));
            return [.. _events.Skip(seen + 1)];
        }
    }
}
