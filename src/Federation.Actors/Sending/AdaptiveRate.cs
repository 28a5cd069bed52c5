namespace Federation.Actors.Sending;

/// <summary>The rate that suits a peer which says <c>slow</c>: halved each time, raised step by step, in the end without limit.</summary>
/// <remarks>
/// <para>Halved at most once per <see cref="HalvingInterval"/>. Each second without <c>slow</c> adds <see cref="IncreasePerSecond"/> of the
/// rate measured when it was first said; when the limit has reached that rate, it is lifted.</para>
/// <para>Reads no clock: every call is told the time since some fixed moment, from a clock that is not set back. Not thread-safe.</para>
/// </remarks>
internal sealed class AdaptiveRate
{
    /// <summary>The part of the old rate that comes back each second: from a half to the whole in 10 s.</summary>
    public const double IncreasePerSecond = 0.05;

    /// <summary>Least time between two halvings: as long as peers wait before they say it again.</summary>
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

    /// <summary>Takes note that the peer says <c>slow</c>.</summary>
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

    /// <summary>Messages per second that may be sent; null without limit.</summary>
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
