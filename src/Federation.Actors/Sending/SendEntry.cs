using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>A message that a delivery holds: it waits, or it is in flight.</summary>
internal sealed class SendEntry(OutboundMessage message)
{
    public OutboundMessage Message { get; } = message;

    /// <summary>Its neighbours in the one list that it is in, which writes them.</summary>
    public SendEntry? Previous { get; set; }

    public SendEntry? Next { get; set; }

    /// <summary>Times it was sent, including those before it came here.</summary>
    public int Sent { get; set; } = message.Delivered;

    /// <summary>When it entered the window.</summary>
    public TimeSpan FirstSent { get; set; }

    public TimeSpan Due { get; set; }

    /// <summary>Whether it is in a window, which writes it.</summary>
    public bool IsInFlight { get; set; }
}

/// <summary>Entries in order, linked by themselves: a list with nodes of its own costs an object for each. Not thread-safe.</summary>
internal sealed class SendEntries
{
    public SendEntry? First { get; private set; }

    public SendEntry? Last { get; private set; }

    public int Count { get; private set; }

    public void AddLast(SendEntry entry)
    {
        entry.Previous = Last;
        Last?.Next = entry;
        First ??= entry;
        Last = entry;
        Count++;
    }

    public void AddFirst(SendEntry entry)
    {
        entry.Next = First;
        First?.Previous = entry;
        Last ??= entry;
        First = entry;
        Count++;
    }

    /// <param name="entry">One that is in this list.</param>
    public void Remove(SendEntry entry)
    {
        First = First == entry ? entry.Next : First;
        Last = Last == entry ? entry.Previous : Last;
        entry.Previous?.Next = entry.Next;
        entry.Next?.Previous = entry.Previous;

        // A dead entry of an old generation would keep those behind it alive, one after the other.
        (entry.Previous, entry.Next) = (null, null);
        Count--;
    }
}
