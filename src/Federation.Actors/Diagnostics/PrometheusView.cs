using Prometheus;

namespace Federation.Actors.Diagnostics;

/// <summary>Copies the numbers of a node to a registry of prometheus-net before each collection. Thread-safe.</summary>
internal sealed class PrometheusView
{
    private readonly FederationMetrics _metrics;
    private readonly Collector[] _families;
    private readonly Dictionary<Histogram, Histogram.Bucket[]> _copied = [];
    private readonly Lock _gate = new();

    public PrometheusView(FederationMetrics metrics, CollectorRegistry registry, string prefix)
    {
        var factory = Metrics.WithCustomRegistry(registry);
        _metrics = metrics;
        _families = [.. MetricTable.All.Select(metric => Family(factory, metric, prefix + metric.Name))];
    }

    public void Update()
    {
        lock (_gate)
        {
            foreach (var component in _metrics.Components)
            {
                foreach (var metric in MetricTable.All)
                {
                    foreach (var series in component.All(metric))
                    {
                        Copy(series, _families[metric.Index], metric.Values(component, series));
                    }
                }
            }
        }
    }

    private static Collector Family(MetricFactory factory, Metric metric, string name)
    {
        var labels = metric.Names;
        return metric switch
        {
            Metric<Counter> => factory.CreateCounter(name, metric.Help, labels),
            Metric<Histogram> => factory.CreateHistogram(
                name, metric.Help, labels,
                new HistogramConfiguration { Buckets = [
                    .. Enumerable.Range(0, Histogram.Bounded).Select(static bucket => Histogram.End(bucket).TotalSeconds)] }),
            _ => factory.CreateGauge(name, metric.Help, labels),
        };
    }

    private void Copy(Series series, Collector family, string[] labels)
    {
        switch (family)
        {
            case Prometheus.Counter counter:
                counter.WithLabels(labels).IncTo(series.Number);
                break;
            case Prometheus.Gauge gauge:
                gauge.WithLabels(labels).Set(series.Number);
                break;
            case Prometheus.Histogram histogram:
                Copy((Histogram)series, histogram.WithLabels(labels));
                break;
        }
    }

    /// <summary>New durations of a bucket are observed with their mean, which is in that bucket and gives the exact sum.</summary>
    private void Copy(Histogram series, Prometheus.Histogram.Child target)
    {
        var buckets = series.Read();
        var copied = _copied.GetValueOrDefault(series) ?? new Histogram.Bucket[buckets.Length];
        for (var index = 0; index < buckets.Length; index++)
        {
            if (buckets[index].Count - copied[index].Count is > 0 and var count)
            {
                target.Observe((buckets[index].Ticks - copied[index].Ticks) / (double)count / TimeSpan.TicksPerSecond, count);
            }
        }

        _copied[series] = buckets;
    }
}
