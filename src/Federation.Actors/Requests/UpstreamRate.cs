namespace Federation.Actors.Requests;

/// <summary>The rate at which peers may send, from how full the queue is and how fast it empties. Pure; not thread-safe.</summary>
/// <remarks>
/// Down at once by a fifth below what the bus takes when the queue passes its upper mark, and again each second while it stays there; up by a
/// tenth each second below the lower mark; unlimited again after half a minute of a nearly empty queue.
/// </remarks>
internal sealed class UpstreamRate
{
    /// <summary>What is asked for at least, in messages a second: a bus that takes nothing may take something again.</summary>
    internal const double Floor = 1;

    private const double Lower = 0.8;
    private const double Raise = 1.1;
    private const double UpperMark = 0.8;
    private const double LowerMark = 0.6;
    private const double NearlyEmpty = 0.2;
    private const int QuietSeconds = 30;

    private int _quiet;

    /// <summary>Messages a second; null: no limit.</summary>
    public double? Limit { get; private set; }

    /// <summary>The queue has passed its upper mark.</summary>
    /// <param name="taken">Messages a second that the bus takes.</param>
    public void OnSlow(double taken)
    {
        _quiet = 0;
        Limit = Math.Max(Floor, Math.Min(Limit ?? double.MaxValue, taken) * Lower);
    }

    /// <summary>A second has passed.</summary>
    /// <param name="utilization">How full the queue is, 0 to 1.</param>
    /// <param name="taken">Messages a second that the bus takes.</param>
    /// <returns>True when the limit has changed.</returns>
    public bool OnSecond(double utilization, double taken)
    {
        if (Limit is not { } limit)
        {
            return false;
        }

        _quiet = utilization < NearlyEmpty ? _quiet + 1 : 0;
        if (_quiet >= QuietSeconds)
        {
            _quiet = 0;
            Limit = null;
        }
        else if (utilization >= UpperMark)
        {
            OnSlow(taken);
        }
        else if (utilization < LowerMark)
        {
            Limit = Math.Max(limit * Raise, taken / 2);
        }

        return Limit != limit;
    }
}
