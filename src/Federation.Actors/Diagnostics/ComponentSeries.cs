using System.Numerics;

namespace Federation.Actors.Diagnostics;

/// <summary>The numbers of one component: for each metric one series, or one for each value of its label.</summary>
/// <remarks>Thread-safe. A metric has few label values, so a lookup is a short search without a lock.</remarks>
internal sealed class ComponentSeries(string component)
{
    private readonly Series[][] _series = [.. MetricTable.All.Select(static _ => Array.Empty<Series>())];
    private readonly Lock _gate = new();

    public string Component => component;

    public Series[] All(Metric metric) => Volatile.Read(ref _series[metric.Index]);

    public T Get<T>(Metric<T> metric, string label = "")
        where T : Series, new()
    {
        if (Find(metric, label) is T known)
        {
            return known;
        }

        lock (_gate)
        {
            if (Find(metric, label) is T added)
            {
                return added;
            }

            var series = new T { Label = label };
            Volatile.Write(ref _series[metric.Index], [.. _series[metric.Index], series]);
            return series;
        }
    }

    /// <summary>Counts other than 0, by label.</summary>
    public IReadOnlyDictionary<string, long> Counts(Metric<Counter> metric)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var series in All(metric))
        {
            if (((Counter)series).Value is > 0 and var count)
            {
                counts.Add(series.Label, count);
            }
        }

        return counts;
    }

    private Series? Find(Metric metric, string label)
    {
        foreach (var series in All(metric))
        {
            if (string.Equals(series.Label, label, StringComparison.Ordinal))
            {
                return series;
            }
        }

        return null;
    }
}

internal abstract class Series
{
    public string Label { get; init; } = "";

    public abstract double Number { get; }
}

/// <summary>Only grows. Thread-safe.</summary>
internal sealed class Counter : Series
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public override double Number => Value;

    public void Inc(long count = 1) => Interlocked.Add(ref _value, count);
}

/// <summary>Thread-safe.</summary>
internal sealed class Gauge : Series
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public override double Number => Value;

    public void Inc(long count = 1) => Interlocked.Add(ref _value, count);

    public void Dec(long count = 1) => Interlocked.Add(ref _value, -count);

    public void Set(long value) => Volatile.Write(ref _value, value);
}

/// <summary>A share or a rate. Thread-safe.</summary>
internal sealed class RealGauge : Series
{
    private double _value;

    public double Value => Volatile.Read(ref _value);

    public override double Number => Value;

    public void Set(double value) => Volatile.Write(ref _value, value);
}

/// <summary>Durations in buckets that end at 0.5 ms, 1 ms, 2 ms and so on up to 16.384 s; the last one has no end. Thread-safe.</summary>
internal sealed class Histogram : Series
{
    public const int Bounded = 16;

    private const long First = TimeSpan.TicksPerMillisecond / 2;

    // One actor writes a series, so that the lock is all but free.
    private readonly Lock _gate = new();
    private readonly Bucket[] _buckets = new Bucket[Bounded + 1];

    public long Count => Read().Sum(static bucket => bucket.Count);

    public override double Number => Count;

    public TimeSpan Sum => TimeSpan.FromTicks(Read().Sum(static bucket => bucket.Ticks));

    public static TimeSpan End(int bucket) => TimeSpan.FromTicks(First << bucket);

    public void Observe(TimeSpan time, long count = 1)
    {
        var index = time.Ticks <= First ? 0 : Math.Min(Bounded, BitOperations.Log2((ulong)((time.Ticks - 1) / First)) + 1);
        lock (_gate)
        {
            ref var bucket = ref _buckets[index];
            bucket = new Bucket(bucket.Count + count, bucket.Ticks + (time.Ticks * count));
        }
    }

    public Bucket[] Read()
    {
        lock (_gate)
        {
            return [.. _buckets];
        }
    }

    public readonly record struct Bucket(long Count, long Ticks);
}
