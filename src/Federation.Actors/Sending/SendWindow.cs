using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Messages in flight to one peer, or waiting to be sent again. Bounded by count and by bytes of the envelopes; one message
/// always fits. Not thread-safe.</summary>
internal sealed class SendWindow(int capacity, long byteCapacity)
{
    // Made for the first search by id, and dropped with the last entry. Answers to records come with the message.
    private Dictionary<(OutboundSource Source, long Number), SendEntry>? _index;

    // In the order in which they were first sent.
    private readonly SendEntries _entries = new();

    // Behind the one that was found last: a run of answers needs no search.
    private SendEntry? _expected;

    // No entry is due earlier. May be too early after an entry has left, which costs one look.
    private TimeSpan _nextDue = TimeSpan.MaxValue;

    public int Capacity { get; set; } = capacity;

    public int Count => _entries.Count;

    public long Bytes { get; private set; }

    /// <summary>When the first entry is due, at the earliest; <see cref="TimeSpan.MaxValue"/>: never.</summary>
    public TimeSpan NextDue => _nextDue;

    public bool Fits(OutboundMessage message) => Count == 0 || (Count < Capacity && Bytes + message.Length <= byteCapacity);

    /// <summary>When the oldest entry was first sent from here; null: there is none.</summary>
    public TimeSpan? OldestSent => _entries.First?.FirstSent;

    public void Add(SendEntry entry, TimeSpan now, TimeSpan due)
    {
        (entry.FirstSent, entry.Due, entry.IsInFlight) = (now, due, true);
        entry.Sent++;
        _entries.AddLast(entry);
        _index?[(entry.Message.Source, entry.Message.Number)] = entry;
        Bytes += entry.Message.Length;
        _nextDue = Min(_nextDue, due);
    }

    public SendEntry? Find(OutboundSource source, long number)
    {
        if (_index is null)
        {
            _index = [];
            for (var entry = _entries.First; entry is not null; entry = entry.Next)
            {
                _index[(entry.Message.Source, entry.Message.Number)] = entry;
            }
        }

        return _index.GetValueOrDefault((source, number));
    }

    /// <summary>The same without a search, if messages are answered in the order in which they were sent.</summary>
    public SendEntry? Find(OutboundMessage message)
    {
        var found = _expected ?? _entries.First;
        if (found?.Message != message)
        {
            found = Find(message.Source, message.Number);
        }

        _expected = found?.Next;
        return found;
    }

    public void Touch()
    {
        for (var entry = _entries.First; entry is not null; entry = entry.Next)
        {
            entry.Message.Touch();
        }
    }

    public void Remove(SendEntry entry)
    {
        if (entry.IsInFlight)
        {
            entry.IsInFlight = false;
            _expected = _expected == entry ? entry.Next : _expected;
            _entries.Remove(entry);
            _index?.Remove((entry.Message.Source, entry.Message.Number));
            _index = Count == 0 ? null : _index;
            Bytes -= entry.Message.Length;
        }
    }

    public void Postpone(SendEntry entry, TimeSpan due)
    {
        entry.Due = due;
        _nextDue = Min(_nextDue, due);
    }

    /// <summary>Entries that are due, in the order in which they were first sent.</summary>
    public IReadOnlyList<SendEntry> Due(TimeSpan now)
    {
        if (now < _nextDue)
        {
            return [];
        }

        var due = new List<SendEntry>();
        _nextDue = TimeSpan.MaxValue;
        for (var entry = _entries.First; entry is not null; entry = entry.Next)
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

    public IReadOnlyList<SendEntry> Oldest(int count)
    {
        var oldest = new List<SendEntry>(Math.Min(count, Count));
        for (var entry = _entries.First; entry is not null && oldest.Count < count; entry = entry.Next)
        {
            oldest.Add(entry);
        }

        return oldest;
    }

    /// <summary>Removes all entries, in the order in which they were first sent.</summary>
    public IReadOnlyList<SendEntry> Clear()
    {
        var all = Oldest(Count);
        foreach (var entry in all)
        {
            Remove(entry);
        }

        _nextDue = TimeSpan.MaxValue;
        return all;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
