using System.Diagnostics.Metrics;
using System.Globalization;

namespace Federation.Actors.Diagnostics;

/// <summary>Shows the numbers of a node as observable instruments of the meter <c>Federation.Actors</c>, for OpenTelemetry. Costs nothing
/// without listeners. Thread-safe.</summary>
/// <remarks><c>websocket_input_messages_received_total</c> is <c>federation.input.messages_received</c>. A histogram, of which there is
/// no observable kind, is three instruments that end in <c>.bucket</c>, <c>.sum</c> and <c>.count</c>.</remarks>
internal sealed class MeterView : IDisposable
{
    private readonly Meter _meter;

    public MeterView(FederationMetrics metrics)
    {
        _meter = new Meter(new MeterOptions(Tracing.SourceName) { Scope = metrics });
        foreach (var metric in MetricTable.All)
        {
            var name = Name(metric);
            switch (metric)
            {
                case Metric<Counter>:
                    _meter.CreateObservableCounter(
                        name, () => Read(metrics, metric, static series => series.Number), unit: null, metric.Help);
                    break;
                case Metric<Histogram>:
                    _meter.CreateObservableCounter(name + ".bucket", () => Buckets(metrics, metric), unit: null, metric.Help);
                    _meter.CreateObservableCounter(name + ".sum",
                        () => Read(metrics, metric, static series => ((Histogram)series).Sum.TotalSeconds), "s", metric.Help);
                    _meter.CreateObservableCounter(
                        name + ".count", () => Read(metrics, metric, static series => series.Number), unit: null, metric.Help);
                    break;
                default:
                    _meter.CreateObservableGauge(
                        name, () => Read(metrics, metric, static series => series.Number), unit: null, metric.Help);
                    break;
            }
        }
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>Without the end of a histogram's instruments.</summary>
    internal static string Name(Metric metric) =>
        metric.Name.Replace("websocket_input_", "federation.input.", StringComparison.Ordinal).Replace(
            "websocket_output_", "federation.output.", StringComparison.Ordinal)
            .Replace(Metric.NodePrefix, "federation.", StringComparison.Ordinal)
            .Replace("_total", "", StringComparison.Ordinal).Replace("_seconds", "", StringComparison.Ordinal);

    private static IEnumerable<Measurement<double>> Read(FederationMetrics metrics, Metric metric, Func<Series, double> number) =>
        from component in metrics.Components
        from series in component.All(metric)
        select new Measurement<double>(number(series), Tags(component, metric, series));

    private static IEnumerable<Measurement<double>> Buckets(FederationMetrics metrics, Metric metric) =>
        from component in metrics.Components
        from series in component.All(metric)
        let buckets = ((Histogram)series).Read()
        from index in Enumerable.Range(0, buckets.Length)
        let end = index < Histogram.Bounded ? Histogram.End(index).TotalSeconds.ToString(CultureInfo.InvariantCulture) : "+Inf"
        select new Measurement<double>(
            buckets.Take(index + 1).Sum(static bucket => bucket.Count), [.. Tags(component, metric, series), new("le", end)]);

    private static KeyValuePair<string, object?>[] Tags(ComponentSeries component, Metric metric, Series series) =>
        [.. metric.Names.Zip(metric.Values(component, series), static (name, value) => new KeyValuePair<string, object?>(name, value))];
}
