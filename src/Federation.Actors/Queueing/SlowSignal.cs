namespace Federation.Actors.Queueing;

/// <summary>Decides when peers are told that they are too fast: once on the way up, then at intervals, not again before the queue has drained.</summary>
/// <remarks>
/// Rises above <see cref="Threshold"/>: signal. Stays between the marks: signal again each <see cref="Interval"/> only while above the
/// threshold. Falls below <see cref="Rearm"/>: silent until it rises again. Not thread-safe.
/// </remarks>
internal sealed class SlowSignal
{
    /// <summary>Utilization above which peers are told.</summary>
    public const double Threshold = 0.80;

    /// <summary>Utilization below which the next rise counts as a new one.</summary>
    public const double Rearm = 0.60;

    /// <summary>Least time between two signals of one rise.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private DateTimeOffset? _last;

    /// <summary>True from a rise above the threshold until the fall below the re-arm mark.</summary>
    public bool IsRaised => _last is not null;

    /// <summary>Takes note of the utilization.</summary>
    /// <returns>True when peers are to be told now.</returns>
    public bool Observe(double utilization, DateTimeOffset now)
    {
        if (utilization < Rearm)
        {
            _last = null;
            return false;
        }

        if (utilization <= Threshold || (_last is { } last && now - last < Interval))
        {
            return false;
        }

        _last = now;
        return true;
    }
}
