using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The messages that wait for one peer, in order. Not thread-safe.</summary>
/// <remarks>Bounds only messages without a stream; a stream bounds its own. One message always fits.</remarks>
internal sealed class SendBacklog(int capacity, long byteCapacity)
{
    private readonly SendEntries _entries = new();
    private int _looseCount;
    private long _looseBytes;

    public int Count => _entries.Count;

    public SendEntry? First => _entries.First;

    private bool IsOver => _looseCount > 1 && (_looseCount > capacity || _looseBytes > byteCapacity);

    public void Add(OutboundMessage message)
    {
        _entries.AddLast(new SendEntry(message));
        CountLoose(message, 1);
    }

    /// <summary>Puts entries before all others, in their order.</summary>
    public void PutBack(IReadOnlyList<SendEntry> entries)
    {
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            _entries.AddFirst(entries[i]);
            CountLoose(entries[i].Message, 1);
        }
    }

    public void RemoveFirst() => Remove(_entries.First!);

    public IReadOnlyList<OutboundMessage> TakeStored() => Take(stored: true);

    /// <summary>Removes the oldest messages without a stream until the others are within the bounds.</summary>
    public IReadOnlyList<OutboundMessage> TakeExcess() => IsOver ? Take(stored: false) : [];

    public void Touch()
    {
        for (var entry = _entries.First; entry is not null; entry = entry.Next)
        {
            entry.Message.Touch();
        }
    }

    private List<OutboundMessage> Take(bool stored)
    {
        var taken = new List<OutboundMessage>();
        for (SendEntry? entry = _entries.First, next; entry is not null && (stored || IsOver); entry = next)
        {
            next = entry.Next;
            if (entry.Message.IsStored == stored)
            {
                Remove(entry);
                taken.Add(entry.Message);
            }
        }

        return taken;
    }

    private void Remove(SendEntry entry)
    {
        _entries.Remove(entry);
        CountLoose(entry.Message, -1);
    }

    private void CountLoose(OutboundMessage message, int by)
    {
        if (!message.IsStored)
        {
            _looseCount += by;
            _looseBytes += by * (long)message.Length;
        }
    }
}
