namespace Federation.Actors.Sending;

/// <summary>A token bucket: within any time at most <c>rate * seconds + <see cref="Burst"/></c> messages are sent.</summary>
/// <remarks>Times are monotonic and passed in; a time before an earlier call's counts as that one. Not thread-safe.</remarks>
internal sealed class RateCap
{
    /// <summary>The part of a second whose messages may be sent at once.</summary>
    public static readonly TimeSpan BurstTime = TimeSpan.FromMilliseconds(100);

    // What the rounding of doubles may take from a whole message; no message is gained by it, since what is taken is taken off.
    private const double Rounding = 1e-12;

    private double _credit;
    private TimeSpan _last = TimeSpan.MinValue;

    public RateCap(double? rate)
    {
        Check(rate);
        Rate = rate;
        _credit = Burst;
    }

    /// <summary>Messages per second; 0 when paused, null without a cap.</summary>
    public double? Rate { get; private set; }

    /// <summary>Messages, at least 1. Infinite without a cap.</summary>
    public double Burst => Rate is { } rate ? Math.Max(1, rate * BurstTime.TotalSeconds) : double.PositiveInfinity;

    /// <summary>Null only when all are.</summary>
    public static double? Lowest(params ReadOnlySpan<double?> rates)
    {
        double? lowest = null;
        foreach (var rate in rates)
        {
            lowest = lowest is null || rate < lowest ? rate : lowest;
        }

        return lowest;
    }

    public void Change(double? rate, TimeSpan now)
    {
        Check(rate);
        Earn(now);
        Rate = rate;
        _credit = Math.Min(_credit, Burst);
    }

    public int Take(int wanted, TimeSpan now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wanted);
        Earn(now);
        if (Rate is null)
        {
            return wanted;
        }

        var taken = Rate == 0 ? 0 : (int)Math.Min(wanted, Math.Floor(_credit + Rounding));
        _credit -= taken;
        return taken;
    }

    /// <summary>When <see cref="Take"/> returns the next message: now, later, or null while paused.</summary>
    public TimeSpan? NextAt(TimeSpan now)
    {
        Earn(now);
        if (Rate == 0)
        {
            return null;
        }

        if (Rate is not { } rate || _credit + Rounding >= 1)
        {
            return now;
        }

        var ticks = Math.Ceiling((1 - _credit) / rate * TimeSpan.TicksPerSecond);
        return ticks < TimeSpan.MaxValue.Ticks - (double)_last.Ticks ? _last + TimeSpan.FromTicks((long)ticks) : TimeSpan.MaxValue;
    }

    private static void Check(double? rate)
    {
        if (rate is { } value && !(value >= 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "messages per second: 0 or more");
        }
    }

    private void Earn(TimeSpan now)
    {
        if (now <= _last)
        {
            return;
        }

        // The first time that is told only starts the clock. In ticks of type double nothing overflows.
        var seconds = _last == TimeSpan.MinValue ? 0 : Ticks(now) / TimeSpan.TicksPerSecond;
        _last = now;
        _credit = Math.Min(Burst, _credit + (seconds * (Rate ?? 0)));
    }

    private double Ticks(TimeSpan now) => (double)((Int128)now.Ticks - _last.Ticks);
}
