namespace Federation.Actors.Requests;

/// <summary>Messages a second, from a count that is looked at once a second. Pure. Not thread-safe.</summary>
internal sealed class Throughput
{
    /// <summary>Seconds of the average.</summary>
    internal const int Window = 60;

    private readonly Queue<(TimeSpan At, double Count)> _samples = new();
    private (TimeSpan At, double Count) _last;

    /// <param name="now">The start, by the monotonic clock.</param>
    /// <param name="count">The count at the start.</param>
    public Throughput(TimeSpan now, double count)
    {
        _last = (now, count);
        _samples.Enqueue(_last);
    }

    /// <summary>Over the last second.</summary>
    public double Current { get; private set; }

    /// <summary>Over the last minute, or since the start if that is less.</summary>
    public double Average { get; private set; }

    /// <summary>Takes note of the count.</summary>
    public void Sample(TimeSpan now, double count)
    {
        Current = Rate(_last, now, count);
        _last = (now, count);
        _samples.Enqueue(_last);
        while (_samples.Count > Window + 1)
        {
            _samples.Dequeue();
        }

        Average = Rate(_samples.Peek(), now, count);
    }

    private static double Rate((TimeSpan At, double Count) since, TimeSpan now, double count) =>
        now > since.At ? Math.Round((count - since.Count) / (now - since.At).TotalSeconds, 1) : 0;
}
