using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Messages in flight to one peer, or waiting to be sent again. Bounded by count and by bytes of the envelopes; one message
/// always fits. Not thread-safe.</summary>
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

    /// <summary>When the first entry is due, at the earliest; <see cref="TimeSpan.MaxValue"/>: never.</summary>
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

    /// <summary>Entries that are due, in the order in which they were first sent.</summary>
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

    public IReadOnlyList<WindowEntry> Oldest(int count)
    {
        var oldest = new List<WindowEntry>(Math.Min(count, _entries.Count));
        for (var entry = _first; entry is not null && oldest.Count < count; entry = entry.Next)
        {
            oldest.Add(entry);
        }

        return oldest;
    }

    /// <summary>Removes all entries, in the order in which they were first sent.</summary>
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

internal sealed class WindowEntry(OutboundMessage message)
{
    public OutboundMessage Message { get; } = message;

    /// <summary>The entry that was first sent before it in the same window, which writes it.</summary>
    public WindowEntry? Previous { get; set; }

    public WindowEntry? Next { get; set; }

    /// <summary>Times it was sent, including those before it came here.</summary>
    public int Sent { get; set; } = message.Delivered;

    public TimeSpan Due { get; set; }
}
