namespace Federation.Actors.Diagnostics;

/// <summary>Messages per second, from samples of a count. Not thread-safe.</summary>
/// <param name="now">The start, by the monotonic clock.</param>
internal sealed class RateMeter(TimeSpan now, long count = 0, TimeSpan window = default)
{
    private readonly Queue<(TimeSpan At, long Count)> _samples = new([(now, count)]);
    private (TimeSpan At, long Count) _first = (now, count);

    /// <summary>Time of the last sample.</summary>
    public TimeSpan At { get; private set; } = now;

    public long Count { get; private set; } = count;

    /// <summary>Between the last two samples; 0 before the first one, and when the count has fallen.</summary>
    public double Current { get; private set; }

    /// <summary>Over the window, or since the start if that is less.</summary>
    public double Average { get; private set; }

    public void Sample(TimeSpan at, long total)
    {
        if (at <= At)
        {
            return;
        }

        while (_samples.TryPeek(out var sample) && at - sample.At >= window)
        {
            _first = _samples.Dequeue();
        }

        Current = Rate((At, Count), at, total);
        Average = Rate(_first, at, total);
        (At, Count) = (at, total);
        _samples.Enqueue((at, total));
    }

    private static double Rate((TimeSpan At, long Count) since, TimeSpan at, long total) =>
        Math.Max(0, Math.Round((total - since.Count) / (at - since.At).TotalSeconds, 1));
}
