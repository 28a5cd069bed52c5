using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>Decides when peers are asked to slow down: at the rise above <see cref="Threshold"/>, and then at each <see
/// cref="Interval"/>.</summary>
/// <remarks>Between the marks: silent. Ends below <see cref="Rearm"/>. A small queue can fall and rise a hundred times a second, so a new
/// rise also waits for the interval. Not thread-safe.</remarks>
internal sealed class SlowSignal
{
    public const double Threshold = SlowNotice.UpperMark;

    public const double Rearm = SlowNotice.LowerMark;

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private TimeSpan? _last;

    public bool IsRaised { get; private set; }

    /// <returns>True when a signal is due.</returns>
    public bool Observe(double utilization, TimeSpan now)
    {
        if (utilization < Rearm)
        {
            IsRaised = false;
        }

        if (utilization <= Threshold)
        {
            return false;
        }

        IsRaised = true;
        if (_last is { } last && now - last < Interval)
        {
            return false;
        }

        _last = now;
        return true;
    }
}
