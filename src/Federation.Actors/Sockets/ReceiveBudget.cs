namespace Federation.Actors.Sockets;

/// <summary>Bounds the memory of incomplete messages over all connections of a node. Thread-safe.</summary>
/// <remarks>No connection waits for memory: if each held half a message, none would ever get the other half. A connection that needs more
/// than is left is refused, and so is the one with the oldest incomplete message, unless enough is being returned already. Slow senders
/// lose their memory, and ordinary ones succeed at their next attempt. One message always fits.</remarks>
internal sealed class ReceiveBudget(long limit)
{
    /// <summary>An eighth of the process's memory: complete messages, mainly in the queue, need the rest.</summary>
    private const int Part = 8;

    private readonly Lock _gate = new();
    private readonly LinkedList<Share> _oldestFirst = new();
    private long _held;
    private long _leaving;

    /// <summary>For this process's memory: the machine's, the container's, or the limit of the garbage collector's heap.</summary>
    public static ReceiveBudget OfProcess() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Part);

    public long Held
    {
        get
        {
            lock (_gate)
            {
                return _held;
            }
        }
    }

    /// <summary>Replaces the present share.</summary>
    /// <returns>False when memory is short: the share stays, and its connection is to be closed.</returns>
    public bool TryHold(Share share, int bytes)
    {
        Share? longest = null;
        lock (_gate)
        {
            var more = bytes - share.Bytes;
            if (_held + more <= limit || _held == share.Bytes)
            {
                if (share.Node.List is null)
                {
                    _oldestFirst.AddLast(share.Node);
                }

                _held += more;
                _leaving += share.IsLeaving ? more : 0;
                share.Bytes = bytes;
                return true;
            }

            if (_leaving < more)
            {
                longest = Longest(share);
                Leave(longest);
            }

            Leave(share);
        }

        longest?.Evict();
        return false;
    }

    public void Release(Share share)
    {
        lock (_gate)
        {
            if (share.Node.List is null)
            {
                return;
            }

            _oldestFirst.Remove(share.Node);
            _held -= share.Bytes;
            _leaving -= share.IsLeaving ? share.Bytes : 0;
            share.Bytes = 0;
            share.IsLeaving = false;
        }
    }

    private Share? Longest(Share but)
    {
        foreach (var share in _oldestFirst)
        {
            if (share != but && !share.IsLeaving)
            {
                return share;
            }
        }

        return null;
    }

    private void Leave(Share? share)
    {
        if (share is { IsLeaving: false, Node.List: not null })
        {
            share.IsLeaving = true;
            _leaving += share.Bytes;
        }
    }

    /// <summary>The memory of one connection's incomplete message. The budget writes its properties.</summary>
    /// <param name="evict">Called on any thread, once for each message: close the connection, which returns the memory.</param>
    internal sealed class Share(Action evict)
    {
        public int Bytes { get; set; }

        public bool IsLeaving { get; set; }

        /// <summary>Its place among the others, in the order in which they began.</summary>
        public LinkedListNode<Share> Node => field ??= new LinkedListNode<Share>(this);

        public void Evict() => evict();
    }
}
