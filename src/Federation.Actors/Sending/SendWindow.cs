using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>What is on its way to one peer: sent and not answered, or resting before it is sent again. Pure: it is told the time.</summary>
/// <remarks>Bounded by count and by bytes of the envelopes; one message always fits an empty window. Not thread-safe.</remarks>
internal sealed class SendWindow(int capacity, long byteCapacity)
{
    private readonly Dictionary<(OutboundSource Source, long Number), WindowEntry> _entries = [];

    // The entries are linked in the order in which they were first sent.
    private WindowEntry? _first;
    private WindowEntry? _last;

    // No entry is due earlier. May be too early after an entry has left, which costs one look.
    private TimeSpan _nextDue = TimeSpan.MaxValue;

    public int Count => _entries.Count;

    public long Bytes { get; private set; }

    /// <summary>When the first entry is sent again, at the earliest; <see cref="TimeSpan.MaxValue"/>: never.</summary>
    public TimeSpan NextDue => _nextDue;

    public bool Fits(OutboundMessage message) =>
        _entries.Count == 0 || (
            _entries.Count < capacity && Bytes + message.Length <= byteCapacity && !_entries.ContainsKey((message.Source, message.Number)));

    public void Add(OutboundMessage message, int sent, TimeSpan due)
    {
        var entry = new WindowEntry(message) { Due = due, Sent = sent + 1, Previous = _last };
        _entries.Add((message.Source, message.Number), entry);
        _first ??= entry;
        _last?.Next = entry;
        _last = entry;
        Bytes += message.Length;
        _nextDue = Min(_nextDue, due);
    }

    /// <summary>The entry of a message, if it is in the window.</summary>
    public WindowEntry? Find(OutboundSource source, long number) => _entries.GetValueOrDefault((source, number));

    public void Touch()
    {
        for (var entry = _first; entry is not null; entry = entry.Next)
        {
            entry.Message.Touch();
        }
    }

    public void Remove(WindowEntry entry)
    {
        if (_entries.Remove((entry.Message.Source, entry.Message.Number)))
        {
            _first = _first == entry ? entry.Next : _first;
            _last = _last == entry ? entry.Previous : _last;
            entry.Previous?.Next = entry.Next;
            entry.Next?.Previous = entry.Previous;
            Bytes -= entry.Message.Length;
        }
    }

    public void Postpone(WindowEntry entry, TimeSpan due)
    {
        entry.Due = due;
        _nextDue = Min(_nextDue, due);
    }

    /// <summary>The entries that are due, those that were sent first before the others.</summary>
    public IReadOnlyList<WindowEntry> Due(TimeSpan now)
    {
        if (now < _nextDue)
        {
            return [];
        }

        var due = new List<WindowEntry>();
        _nextDue = TimeSpan.MaxValue;
        for (var entry = _first; entry is not null; entry = entry.Next)
        {
            if (entry.Due <= now)
            {
                due.Add(entry);
            }
            else
            {
                _nextDue = Min(_nextDue, entry.Due);
            }
        }

        return due;
    }

    /// <summary>The entries that were sent first, as many as there are up to <paramref name="count"/>.</summary>
    public IReadOnlyList<WindowEntry> Oldest(int count)
    {
        var oldest = new List<WindowEntry>(Math.Min(count, _entries.Count));
        for (var entry = _first; entry is not null && oldest.Count < count; entry = entry.Next)
        {
            oldest.Add(entry);
        }

        return oldest;
    }

    /// <summary>Takes out everything, in the order in which it was first sent.</summary>
    public IReadOnlyList<WindowEntry> Clear()
    {
        var all = Oldest(_entries.Count);
        _entries.Clear();
        (_first, _last) = (null, null);
        foreach (var entry in all)
        {
            (entry.Previous, entry.Next) = (null, null);
        }

        Bytes = 0;
        _nextDue = TimeSpan.MaxValue;
        return all;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>A message that is on its way to a peer, or rests before it is sent again. Not thread-safe.</summary>
internal sealed class WindowEntry(OutboundMessage message)
{
    public OutboundMessage Message { get; } = message;

    /// <summary>The one that was first sent before it, in the same window. The window's to write.</summary>
    public WindowEntry? Previous { get; set; }

    /// <summary>The one that was first sent after it, likewise.</summary>
    public WindowEntry? Next { get; set; }

    /// <summary>Times it was sent, those before it came here included.</summary>
    public int Sent { get; set; } = message.Delivered;

    public TimeSpan Due { get; set; }
}
