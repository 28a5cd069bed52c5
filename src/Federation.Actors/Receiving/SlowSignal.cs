using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>Decides when peers are told that they are too fast: at once on the way up, then at intervals for as long as it lasts.</summary>
/// <remarks>
/// Above <see cref="Threshold"/>: signal, and again each <see cref="Interval"/>. Between the marks: silent. Falls below
/// <see cref="Rearm"/>: over. A small queue can fall and rise a hundred times a second, so not even a new rise is told before the interval
/// has passed. Not thread-safe.
/// </remarks>
internal sealed class SlowSignal
{
    public const double Threshold = SlowNotice.UpperMark;

    /// <summary>Utilization below which the next rise counts as a new one.</summary>
    public const double Rearm = SlowNotice.LowerMark;

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private TimeSpan? _last;

    /// <summary>True from a rise above the threshold until the fall below the re-arm mark.</summary>
    public bool IsRaised { get; private set; }

    /// <returns>True when peers are to be told now.</returns>
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
