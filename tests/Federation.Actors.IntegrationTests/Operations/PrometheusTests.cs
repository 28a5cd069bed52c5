using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Operations;

/// <summary>What config/prometheus holds: checked by promtool, and by a Prometheus that scrapes real nodes.</summary>
public sealed class PrometheusTests
{
    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("check", "rules", "alerts.yml")]
    [InlineData("test", "rules", "alerts_test.yml")]
    [Trait(Tool.Needs, "promtool")]
    public async Task Promtool_finds_no_fault(string verb, string kind, string file)
    {
        await using var promtool = FederationProcess.Start(
            "promtool", directory: null, environment: null, verb, kind, Repository.File("config/prometheus/" + file));

        var code = await promtool.ExitedAsync();

        Assert.True(code == 0, string.Join('\n', promtool.Output.Concat(promtool.Errors)));
    }

    [Fact]
    [Trait(Tool.Needs, "prometheus")]
    public async Task Every_rule_is_evaluated_against_real_nodes_and_nothing_is_wrong_with_them()
    {
        await using var nodes = await BusyNodes.StartAsync();
        var prometheus = nodes.Prometheus;

        await Eventually.TrueAsync(async () => await prometheus.QueryAsync("up") is [1, 1], "both nodes scraped", Patience.Long);
        await Eventually.TrueAsync(
            async () => await prometheus.QueryAsync("sum(websocket_input_acks_sent_total) >= 2000") is [
                _], "what the peers have seen", Patience.Long);
        await Eventually.TrueAsync(async () => await RulesAsync(prometheus) is { Count: > 10 } rules
            && rules.TrueForAll(static rule => rule.Health is not "unknown"), "all evaluated");

        Assert.All(await RulesAsync(prometheus), static rule => Assert.Equal((rule.Name, "ok"), (rule.Name, rule.Health)));

        // What came before its first scrape is no increase to it; a rule that is for 0 s here may have seen a node between two states.
        await Eventually.TrueAsync(
            async () => await prometheus.QueryAsync("""ALERTS{alertname!~"FederationPeers.*"}""") is [], "no alert", Patience.Long);
    }

    [Fact]
    [Trait(Tool.Needs, "prometheus")]
    public async Task A_killed_nats_server_raises_an_alert_that_ends_when_it_is_back()
    {
        const string lost = """ALERTS{alertname="FederationNatsLost",alertstate="firing"}""";
        await using var nodes = await BusyNodes.StartAsync();
        var prometheus = nodes.Prometheus;
        await Eventually.TrueAsync(
            async () => await prometheus.QueryAsync("websocket_input_nats_connected") is [1, 1], "NATS in the metrics", Patience.Long);
        Assert.Empty(await prometheus.QueryAsync(lost));

        nodes.Nats.Kill();
        await Eventually.TrueAsync(async () => await prometheus.QueryAsync(lost) is [1, 1], "the alert for both nodes", Patience.Long);

        await nodes.Nats.RestartAsync();
        await Eventually.TrueAsync(async () => await prometheus.QueryAsync(lost) is [], "the end of the alert", Patience.Long);
    }

    private static async Task<List<(string Name, string Health)>> RulesAsync(PrometheusServer prometheus) =>
    [
        .. (await prometheus.GetAsync("rules")).GetProperty("groups").EnumerateArray()
            .SelectMany(static group => group.GetProperty("rules").EnumerateArray())
            .Select(static rule => (rule.GetProperty("name").GetString()!, rule.GetProperty("health").GetString()!)),
    ];
}
