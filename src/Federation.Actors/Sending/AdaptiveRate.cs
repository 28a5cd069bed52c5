namespace Federation.Actors.Sending;

/// <summary>The rate for a peer that sends <c>slow</c>: halved each time, then raised step by step until the limit is lifted.</summary>
/// <remarks>Each second without <c>slow</c> adds <see cref="IncreasePerSecond"/> of the rate measured at the first one. The limit is
/// lifted when it reaches that rate. Times are monotonic and passed in. Not thread-safe.</remarks>
internal sealed class AdaptiveRate
{
    /// <summary>From a half to the whole in 10 s.</summary>
    public const double IncreasePerSecond = 0.05;

    /// <summary>The shortest time between two halvings, and the time that peers wait before they repeat <c>slow</c>.</summary>
    public static readonly TimeSpan HalvingInterval = TimeSpan.FromSeconds(1);

    private readonly double _floor;
    private double _before;
    private double _limit;
    private TimeSpan? _halved;

    public AdaptiveRate(double floor)
    {
        if (!(floor > 0 && double.IsFinite(floor)))
        {
            throw new ArgumentOutOfRangeException(nameof(floor), floor, "messages per second: above 0");
        }

        _floor = floor;
    }

    public void OnSlow(TimeSpan now, double currentRate)
    {
        if (_halved is { } halved && now - halved < HalvingInterval)
        {
            return;
        }

        var isKnown = currentRate > 0 && double.IsFinite(currentRate);
        var limit = Limit(now);
        if (limit is null)
        {
            if (!isKnown || currentRate <= _floor)
            {
                return;
            }

            _before = currentRate;
        }

        // A limit above what is sent anyway would have to be halved more than once before the peer feels it.
        var rate = isKnown ? Math.Min(currentRate, limit ?? currentRate) : limit!.Value;
        _limit = Math.Max(_floor, rate / 2);
        _halved = now;
    }

    /// <summary>Messages per second; null: no limit.</summary>
    public double? Limit(TimeSpan now)
    {
        if (_halved is not { } halved)
        {
            return null;
        }

        var seconds = Math.Max(0, (now - halved).TotalSeconds);
        var limit = _limit + (_before * IncreasePerSecond * seconds);
        return limit < _before ? limit : null;
    }
}
