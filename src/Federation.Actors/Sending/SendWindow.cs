using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Messages in flight to one peer, or waiting to be sent again. Bounded by count and by bytes of the envelopes; one message
/// always fits. Not thread-safe.</summary>
internal sealed class SendWindow(int capacity, long byteCapacity)
{
    // Made for the first search by id, and dropped with the last entry. Answers to records come with the message.
    private Dictionary<(OutboundSource Source, long Number), WindowEntry>? _index;

    // The entries are linked in the order in which they were first sent.
    private WindowEntry? _first;
    private WindowEntry? _last;

    // Behind the one that was found last: a run of answers needs no search.
    private WindowEntry? _expected;

    // No entry is due earlier. May be too early after an entry has left, which costs one look.
    private TimeSpan _nextDue = TimeSpan.MaxValue;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>When the first entry is due, at the earliest; <see cref="TimeSpan.MaxValue"/>: never.</summary>
    public TimeSpan NextDue => _nextDue;

    public bool Fits(OutboundMessage message) => Count == 0 || (Count < capacity && Bytes + message.Length <= byteCapacity);

    /// <summary>When the oldest entry was first sent from here; null: there is none.</summary>
    public TimeSpan? OldestSent => _first?.FirstSent;

    public void Add(OutboundMessage message, int sent, TimeSpan now, TimeSpan due)
    {
        var entry = new WindowEntry(message) { FirstSent = now, Due = due, Sent = sent + 1, Previous = _last, IsInFlight = true };
        _index?[(message.Source, message.Number)] = entry;
        Count++;
        _first ??= entry;
        _last?.Next = entry;
        _last = entry;
        Bytes += message.Length;
        _nextDue = Min(_nextDue, due);
    }

    public WindowEntry? Find(OutboundSource source, long number)
    {
        if (_index is null)
        {
            _index = [];
            for (var entry = _first; entry is not null; entry = entry.Next)
            {
                _index[(entry.Message.Source, entry.Message.Number)] = entry;
            }
        }

        return _index.GetValueOrDefault((source, number));
    }

    /// <summary>The same without a search, if messages are answered in the order in which they were sent.</summary>
    public WindowEntry? Find(OutboundMessage message)
    {
        var found = _expected ?? _first;
        if (found?.Message != message)
        {
            found = Find(message.Source, message.Number);
        }

        _expected = found?.Next;
        return found;
    }

    public void Touch()
    {
        for (var entry = _first; entry is not null; entry = entry.Next)
        {
            entry.Message.Touch();
        }
    }

    public void Remove(WindowEntry entry)
    {
        if (entry.IsInFlight)
        {
            entry.IsInFlight = false;
            Count--;
            _index?.Remove((entry.Message.Source, entry.Message.Number));
            _index = Count == 0 ? null : _index;
            _expected = _expected == entry ? entry.Next : _expected;
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
        var oldest = new List<WindowEntry>(Math.Min(count, Count));
        for (var entry = _first; entry is not null && oldest.Count < count; entry = entry.Next)
        {
            oldest.Add(entry);
        }

        return oldest;
    }

    /// <summary>Removes all entries, in the order in which they were first sent.</summary>
    public IReadOnlyList<WindowEntry> Clear()
    {
        var all = Oldest(Count);
        (_first, _last, _expected, _index) = (null, null, null, null);
        foreach (var entry in all)
        {
            (entry.Previous, entry.Next, entry.IsInFlight) = (null, null, false);
        }

        (Count, Bytes) = (0, 0);
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

    /// <summary>When it entered the window.</summary>
    public TimeSpan FirstSent { get; init; }

    public TimeSpan Due { get; set; }

    /// <summary>Whether it is in a window, which writes it.</summary>
    public bool IsInFlight { get; set; }
}
