namespace Federation.Actors.Sending;

/// <summary>Which messages of a stream a feed has delivered, and which of them are settled. Thread-safe.</summary>
internal sealed class SettledMessages
{
    private readonly Lock _lock = new();

    // As many as a consumer gives out before some are acked: max_in_flight.
    private readonly SortedSet<long> _unsettled = [];
    private long _last;

    public long Next
    {
        get
        {
            lock (_lock)
            {
                return _unsettled.Count > 0 ? _unsettled.Min : _last + 1;
            }
        }
    }

    /// <summary>Starts again; all messages up to this number count as settled.</summary>
    public void Begin(long last)
    {
        lock (_lock)
        {
            _unsettled.Clear();
            _last = last;
        }
    }

    /// <returns>False when it is already settled.</returns>
    public bool TryGive(long number)
    {
        lock (_lock)
        {
            if (number <= _last)
            {
                return _unsettled.Contains(number);
            }

            _last = number;
            return _unsettled.Add(number);
        }
    }

    public void Settle(long number)
    {
        lock (_lock)
        {
            _unsettled.Remove(number);
        }
    }
}
