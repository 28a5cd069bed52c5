using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The messages that wait for one peer, in order. Not thread-safe.</summary>
/// <remarks>Bounds only messages without a stream; a stream bounds its own. One message always fits.</remarks>
internal sealed class SendBacklog(int capacity, long byteCapacity)
{
    private readonly LinkedList<WindowEntry> _entries = new();
    private int _looseCount;
    private long _looseBytes;

    public int Count => _entries.Count;

    public WindowEntry? First => _entries.First?.Value;

    private bool IsOver => _looseCount > 1 && (_looseCount > capacity || _looseBytes > byteCapacity);

    public void Add(OutboundMessage message)
    {
        _entries.AddLast(new WindowEntry(message));
        CountLoose(message, 1);
    }

    /// <summary>Puts entries before all others, in their order.</summary>
    public void PutBack(IReadOnlyList<WindowEntry> entries)
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
        foreach (var entry in _entries)
        {
            entry.Message.Touch();
        }
    }

    private List<OutboundMessage> Take(bool stored)
    {
        var taken = new List<OutboundMessage>();
        for (var node = _entries.First; node is not null && (stored || IsOver);)
        {
            var next = node.Next;
            if (node.Value.Message.IsStored == stored)
            {
                Remove(node);
                taken.Add(node.Value.Message);
            }

            node = next;
        }

        return taken;
    }

    private void Remove(LinkedListNode<WindowEntry> node)
    {
        _entries.Remove(node);
        CountLoose(node.Value.Message, -1);
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
