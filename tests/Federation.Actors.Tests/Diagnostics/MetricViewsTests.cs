using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class MetricViewsTests
{
    private readonly FederationMetrics _node = new("my_");
    private readonly ComponentMetrics _metrics;

    public MetricViewsTests() => _metrics = new ComponentMetrics(_node, "in");

    [Fact]
    public async Task The_meter_reports_the_numbers_that_Prometheus_shows()
    {
        _metrics.Received(EnvelopeType.Data).Inc(7);
        _metrics.Errors(ErrorTypes.ParseError).Inc();
        _metrics.InFlight.Inc(5);
        _metrics.InFlight.Dec(2);
        _metrics.QueueUtilization.Set(0.125);
        _metrics.AckDuration.Observe(TimeSpan.FromMilliseconds(3), 4);
        _metrics.RequestDuration("status").Observe(TimeSpan.FromMinutes(1));
        _metrics.Output.Dropped(DropReason.SlowPeer).Inc(2);
        new ComponentMetrics(_node, "out").Output.RateCap.Set(12.5);

        var prometheus = await PrometheusAsync();
        var meter = Measured();

        Assert.Equal(7, prometheus["input_messages_received component=in type=data"]);
        Assert.Equal(prometheus.OrderBy(static one => one.Key, StringComparer.Ordinal), meter.OrderBy(
            static one => one.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_metric_is_declared_before_there_is_a_component()
    {
        var text = await TextAsync(new FederationMetrics("my_"));

        Assert.All(MetricTable.All, metric => Assert.Contains($"# HELP my_{metric.Name} {metric.Help}\n", text, StringComparison.Ordinal));
        Assert.Contains("# TYPE my_websocket_input_messages_received_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE my_websocket_input_queue_utilization gauge\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE my_websocket_input_ack_duration_seconds histogram\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_build_and_what_concerns_the_node_as_a_whole_have_no_component()
    {
        _node.Node.Get(MetricTable.CertificateExpiry, "/a,b.pem").Set(60);

        var text = await TextAsync(_node);

        Assert.Matches(
            """(?m)^my_federation_build_info\{version="\d+\.\d+\.\d+[^"]*",commit="([0-9a-f]{40})?",runtime="\.NET 10[^"]+"\} 1$""", text);
        Assert.Contains("my_federation_certificate_expiry_seconds{file=\"/a,b.pem\"} 60\n", text, StringComparison.Ordinal);
    }

    /// <summary>A bucket's end belongs to it, as Prometheus's <c>le</c> says.</summary>
    [Theory]
    [InlineData(0, "0.0005")]
    [InlineData(5000, "0.0005")]
    [InlineData(5001, "0.001")]
    [InlineData(10_000, "0.001")]
    [InlineData(10_001, "0.002")]
    [InlineData(163_840_000, "16.384")]
    [InlineData(163_840_001, "+Inf")]
    public async Task A_duration_is_counted_in_the_bucket_that_it_fits(long ticks, string end)
    {
        _metrics.AckDuration.Observe(TimeSpan.FromTicks(ticks), 3);
        await TextAsync(_node);
        _metrics.AckDuration.Observe(TimeSpan.FromTicks(ticks), 2);

        var buckets = (await PrometheusAsync())
            .Where(static one => one.Key.StartsWith("input_ack_duration.bucket", StringComparison.Ordinal)).ToList();

        Assert.Equal(17, buckets.Count);
        Assert.Equal("input_ack_duration.bucket component=in le=" + end, buckets.First(static one => one.Value > 0).Key);
        Assert.All(buckets, static one => Assert.True(one.Value is 0 or 5));
    }

    [Fact]
    public async Task The_sum_of_durations_is_exact()
    {
        for (var ms = 1; ms <= 100; ms++)
        {
            _metrics.AckDuration.Observe(TimeSpan.FromMilliseconds(ms), ms);
            await TextAsync(_node);
        }

        Assert.Equal(338.35, (await PrometheusAsync())["input_ack_duration.sum component=in"], 9);
        Assert.Equal(5050, (await PrometheusAsync())["input_ack_duration.count component=in"]);
    }

    private static async Task<string> TextAsync(FederationMetrics metrics)
    {
        using var stream = new MemoryStream();
        await metrics.Registry.CollectAndExportAsTextAsync(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The samples of the text, by the meter's name of the instrument, and sorted tags.</summary>
    private async Task<Dictionary<string, double>> PrometheusAsync()
    {
        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in (await TextAsync(_node)).Split('\n').Where(static line => line.Length > 0 && line[0] != '#'))
        {
            var (open, close) = (line.IndexOf('{', StringComparison.Ordinal), line.LastIndexOf('}'));
            var name = line["my_".Length..open].Replace("websocket_", "", StringComparison.Ordinal)
                .Replace(Metric.NodePrefix, "", StringComparison.Ordinal).Replace("_total", "", StringComparison.Ordinal)
                .Replace("_seconds_", ".", StringComparison.Ordinal).Replace("_seconds", "", StringComparison.Ordinal);
            var tags = line[(open + 1)..close].Replace("\"", "", StringComparison.Ordinal).Split(',').Order(StringComparer.Ordinal);
            samples.Add($"{name} {string.Join(' ', tags)}", double.Parse(line[(close + 1)..], CultureInfo.InvariantCulture));
        }

        return samples;
    }

    private Dictionary<string, double> Measured()
    {
        var measured = new Dictionary<string, double>(StringComparer.Ordinal);
        using var view = new MeterView(_node);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name is "Federation.Actors" && ReferenceEquals(instrument.Meter.Scope, _node))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            var texts = tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal);
            var name = instrument.Name["federation.".Length..].Replace("input.", "input_", StringComparison.Ordinal)
                .Replace("output.", "output_", StringComparison.Ordinal);
            measured.Add($"{name} {string.Join(' ', texts)}", value);
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return measured;
    }
}
