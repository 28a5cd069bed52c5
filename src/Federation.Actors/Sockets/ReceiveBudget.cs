namespace Federation.Actors.Sockets;

/// <summary>Bounds the memory of messages that have begun to arrive and are not complete, over all connections of a node.</summary>
/// <remarks>
/// <para>No connection waits for memory: if each held half a message, none would ever get the other half. A connection that asks for
/// more than is left is refused, and so is the one whose message has been incomplete for longest, unless enough is being given back
/// already. So those that hold memory without finishing lose it, and those that send at an ordinary speed find some when they try
/// again.</para>
/// <para>One message always fits. Thread-safe.</para>
/// </remarks>
internal sealed class ReceiveBudget(long limit)
{
    /// <summary>An eighth of what the process may use: what is complete, the queue above all, needs the rest.</summary>
    private const int Part = 8;

    private readonly Lock _gate = new();
    private readonly LinkedList<Share> _oldestFirst = new();
    private long _held;
    private long _leaving;

    /// <summary>
    /// One for the memory that this process may use: the machine's, the container's, or the limit of the garbage collector's heap.
    /// </summary>
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

    /// <summary>Asks for the memory of an incomplete message, in place of what it has.</summary>
    /// <returns>False when there is not enough: it keeps what it has, and its connection is to be closed.</returns>
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

    /// <summary>The memory of one connection's incomplete message. Its fields are the budget's to write.</summary>
    /// <param name="evict">Called on any thread, once for each message: the connection is to be closed, which gives the memory
    /// back.</param>
    internal sealed class Share(Action evict)
    {
        public int Bytes { get; set; }

        /// <summary>True once it is to be given back.</summary>
        public bool IsLeaving { get; set; }

        /// <summary>Its place among the others, by when it began.</summary>
        public LinkedListNode<Share> Node => field ??= new LinkedListNode<Share>(this);

        public void Evict() => evict();
    }
}
