using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>What waits for one peer, in order. What no source keeps is counted by itself, since nothing else bounds it. Not thread-safe.</summary>
/// <param name="capacity">Messages that no source keeps.</param>
/// <param name="byteCapacity">Bytes of their envelopes.</param>
internal sealed class WaitingLine(int capacity, long byteCapacity)
{
    private readonly LinkedList<WindowEntry> _entries = new();
    private int _looseCount;
    private long _looseBytes;

    /// <summary>Everything that waits.</summary>
    public int Count => _entries.Count;

    /// <summary>Who is next.</summary>
    public LinkedListNode<WindowEntry>? First => _entries.First;

    /// <summary>True when more waits than may; one message always may.</summary>
    public bool IsOver => _looseCount > 1 && (_looseCount > capacity || _looseBytes > byteCapacity);

    /// <summary>Puts a message behind all others.</summary>
    public void Add(OutboundMessage message)
    {
        _entries.AddLast(new WindowEntry(message));
        CountLoose(message, 1);
    }

    /// <summary>Puts these before all others, in their order.</summary>
    public void PutBack(IReadOnlyList<WindowEntry> entries)
    {
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            _entries.AddFirst(entries[i]);
            CountLoose(entries[i].Message, 1);
        }
    }

    /// <summary>Takes one out.</summary>
    public void Remove(LinkedListNode<WindowEntry> node)
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
