using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>Unanswered messages: first those in flight to the bus, behind them those that wait.</summary>
/// <remarks>Bounded by count and by bytes, messages in flight included. One message always fits an empty queue, so that an envelope
/// larger than the byte bound is not stuck. Memory depends on the number of batches, not of messages. Owned by the queue actor, but
/// outlives its restarts. Not thread-safe.</remarks>
internal sealed class BoundedQueue
{
    private readonly int _capacity;
    private readonly long _byteCapacity;
    private readonly OverflowPolicy _policy;
    private readonly Queue<IReadOnlyList<MessageRange>> _inFlight = new();
    private readonly LinkedList<MessageRange> _waiting = new();

    public BoundedQueue(int capacity, long byteCapacity, OverflowPolicy policy)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(byteCapacity, 1);
        _capacity = capacity;
        _byteCapacity = byteCapacity;
        _policy = policy;
    }

    public int Depth { get; private set; }

    public int InFlight { get; private set; }

    public long Bytes { get; private set; }

    public int Capacity => _capacity;

    /// <summary>The fuller of the two bounds, 0 to 1.</summary>
    public double Utilization => Math.Min(1.0, Math.Max((double)Depth / _capacity, (double)Bytes / _byteCapacity));

    public bool IsFull => Depth >= _capacity || Bytes >= _byteCapacity;

    public bool HasWaiting => _waiting.First is not null;

    /// <param name="dropped">Receives the evicted messages in order: older ones or the offered ones.</param>
    /// <returns>The number of offered messages that need no further handling: all, except for <see cref="OverflowPolicy.Block"/>, where
    /// the others must be offered again when there is room.</returns>
    public int Offer(MessageRange offered, List<MessageRange> dropped)
    {
        if (Fits(offered.Count, offered.Bytes))
        {
            Append(offered);
            return offered.Count;
        }

        for (var i = offered.From; i < offered.End; i++)
        {
            var message = offered with { From = i, Count = 1 };
            if (Fits(1, message.Bytes))
            {
                Append(message);
            }
            else if (_policy == OverflowPolicy.Block)
            {
                return i - offered.From;
            }
            else if (_policy == OverflowPolicy.DropOldest)
            {
                Replace(message, dropped);
            }
            else
            {
                Add(dropped, message);
            }
        }

        return offered.Count;
    }

    public IReadOnlyList<MessageRange> Take(int limit)
    {
        if (_waiting.First is null)
        {
            return [];
        }

        var group = new List<MessageRange>();
        while (limit > 0 && _waiting.First is { } first)
        {
            var range = first.Value;
            var taken = range with { Count = Math.Min(range.Count, limit) };
            if (taken.Count == range.Count)
            {
                _waiting.RemoveFirst();
            }
            else
            {
                first.Value = range with { From = taken.End, Count = range.Count - taken.Count };
            }

            group.Add(taken);
            limit -= taken.Count;
            InFlight += taken.Count;
        }

        _inFlight.Enqueue(group);
        return group;
    }

    public IReadOnlyList<MessageRange> Oldest => _inFlight.Peek();

    public IReadOnlyList<MessageRange> Settle()
    {
        var group = _inFlight.Dequeue();
        foreach (var range in group)
        {
            InFlight -= range.Count;
            Depth -= range.Count;
            Bytes -= range.Bytes;
        }

        return group;
    }

    /// <summary>Makes everything in flight wait again, in front of the waiting messages and in its old order.</summary>
    public void Return()
    {
        var node = _waiting.First;
        while (_inFlight.TryDequeue(out var group))
        {
            foreach (var range in group)
            {
                if (node is null)
                {
                    _waiting.AddLast(range);
                }
                else
                {
                    _waiting.AddBefore(node, range);
                }
            }
        }

        InFlight = 0;
    }

    public IReadOnlyList<MessageRange> Clear()
    {
        Return();
        MessageRange[] all = [.. _waiting];
        _waiting.Clear();
        Depth = 0;
        Bytes = 0;
        return all;
    }

    private static void Add(List<MessageRange> ranges, MessageRange message)
    {
        if (ranges.Count > 0 && Continues(ranges[^1], message))
        {
            ranges[^1] = ranges[^1] with { Count = ranges[^1].Count + message.Count };
            return;
        }

        ranges.Add(message);
    }

    private static bool Continues(MessageRange range, MessageRange next) => range.Batch == next.Batch && range.End == next.From;

    private bool Fits(int count, long bytes) => Depth == 0 && count == 1 || (Depth + count <= _capacity && Bytes + bytes <= _byteCapacity);

    private void Replace(MessageRange message, List<MessageRange> dropped)
    {
        while (!Fits(1, message.Bytes))
        {
            if (_waiting.First is not { } first)
            {
                Add(dropped, message);
                return;
            }

            var oldest = first.Value with { Count = 1 };
            if (first.Value.Count == 1)
            {
                _waiting.RemoveFirst();
            }
            else
            {
                first.Value = first.Value with { From = first.Value.From + 1, Count = first.Value.Count - 1 };
            }

            Depth--;
            Bytes -= oldest.Bytes;
            Add(dropped, oldest);
        }

        Append(message);
    }

    private void Append(MessageRange range)
    {
        Depth += range.Count;
        Bytes += range.Bytes;
        if (_waiting.Last is { } last && Continues(last.Value, range))
        {
            last.Value = last.Value with { Count = last.Value.Count + range.Count };
            return;
        }

        _waiting.AddLast(range);
    }
}
