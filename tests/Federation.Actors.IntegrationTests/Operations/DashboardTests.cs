using System.Text.Json;
using System.Text.RegularExpressions;
using Federation.Actors.Diagnostics;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Operations;

/// <summary>config/grafana/federation.json and the alert rules, against what nodes under load really export.</summary>
public sealed partial class DashboardTests
{
    /// <summary>Metrics of nodes with a certificate or in a cluster, which these are not.</summary>
    private static readonly string[] OfOthers = ["federation_certificate_expiry_seconds", "federation_cluster_members"];

    [Fact]
    [Trait(Tool.Needs, "prometheus")]
    public async Task Every_metric_of_the_dashboard_and_the_alerts_is_one_that_nodes_export()
    {
        var expressions = Panels().SelectMany(Expressions).ToList();
        await using var nodes = await BusyNodes.StartAsync();
        await Eventually.TrueAsync(
            async () => await nodes.Prometheus.QueryAsync("sum(websocket_input_acks_sent_total) >= 2000 and count(up == 1) == 2") is [
                _], "both nodes scraped", Patience.Long);

        var exported = (await nodes.Prometheus.GetAsync("label/__name__/values"))
            .EnumerateArray().Select(static name => name.GetString()!).ToHashSet(StringComparer.Ordinal);
        var alerts = await AlertExpressionsAsync(nodes.Prometheus);
        var used = expressions.Concat(alerts).SelectMany(MetricNames).ToHashSet(StringComparer.Ordinal);

        Assert.True(expressions.Count > 40 && alerts.Count > 10 && used.Count > 30, "expressions found");
        Assert.Equal(OfOthers, used.Except(exported).Order(StringComparer.Ordinal));
        Assert.Subset(
            MetricTable.All.Select(static metric => metric.Name).ToHashSet(StringComparer.Ordinal),
            OfOthers.ToHashSet(StringComparer.Ordinal));
        foreach (var expression in expressions)
        {
            // Fails the test when it is not understood.
            await nodes.Prometheus.QueryAsync(expression.Replace("$__rate_interval", "1m", StringComparison.Ordinal)
                .Replace("$instance", ".*", StringComparison.Ordinal).Replace("$component", ".*", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_dashboard_can_be_imported_anywhere()
    {
        var dashboard = Dashboard();
        var variables = dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Select(
            static one => one.GetProperty("name").GetString());
        Assert.Equal(["datasource", "instance", "component"], variables);
        Assert.Equal(JsonValueKind.Null, dashboard.GetProperty("id").ValueKind);

        var panels = Panels();
        Assert.Equal(panels.Count, panels.Select(static panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(
            panels.Where(static panel => panel.TryGetProperty("targets", out _)),
            static panel => Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString()));
        var cells = panels.Select(static panel => panel.GetProperty("gridPos")).SelectMany(Cells).ToList();
        Assert.Equal(cells.Count, cells.Distinct().Count());
    }

    private static JsonElement Dashboard() =>
        JsonDocument.Parse(File.ReadAllBytes(Repository.File("config/grafana/federation.json"))).RootElement;

    private static List<JsonElement> Panels() => [.. Dashboard().GetProperty("panels").EnumerateArray()];

    private static IEnumerable<string> Expressions(JsonElement panel) => panel.TryGetProperty("targets", out var targets)
        ? targets.EnumerateArray().Select(static target => target.GetProperty("expr").GetString()!)
        : [];

    private static IEnumerable<(int X, int Y)> Cells(JsonElement position)
    {
        var (x, y) = (position.GetProperty("x").GetInt32(), position.GetProperty("y").GetInt32());
        var (width, height) = (position.GetProperty("w").GetInt32(), position.GetProperty("h").GetInt32());
        Assert.InRange(x + width, 1, 24);
        return Enumerable.Range(x, width).SelectMany(column => Enumerable.Range(y, height).Select(line => (column, line)));
    }

    private static async Task<List<string>> AlertExpressionsAsync(PrometheusServer prometheus) =>
    [
        .. (await prometheus.GetAsync("rules")).GetProperty("groups").EnumerateArray()
            .SelectMany(static group => group.GetProperty("rules").EnumerateArray())
            .Select(static rule => rule.GetProperty("query").GetString()!),
    ];

    /// <summary>The names before a brace, a bracket or an end; what stands in quotes or between braces is no name.</summary>
    private static IEnumerable<string> MetricNames(string expression) =>
        MetricPattern().Matches(BracesPattern().Replace(expression, "")).Select(static match => match.Value);

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BracesPattern();

    [GeneratedRegex(@"\b(websocket|process|dotnet|federation|up\b)\w*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MetricPattern();
}
