using System.Diagnostics;
using System.Globalization;
using Federation.Actors.IntegrationTests.Support;
using Xunit.Abstractions;

namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>Three nodes, three processes: they dial each remote once, whatever becomes of one of them.</summary>
[Collection(nameof(ClusterTests))]
public sealed class ClusterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Each_remote_is_dialled_by_one_node_and_by_another_when_that_is_killed()
    {
        await using var run = await ClusterRun.StartAsync(hubs: 6);
        run.Load(true);
        await run.FlowAsync();
        await OneDiallerAsync(run);
        Assert.All(run.Hubs, static (hub, i) => Assert.Equal([string.Create(CultureInfo.InvariantCulture, $"shop-hub-{i}")], hub.Names.Distinct(StringComparer.Ordinal)));
        var before = run.Hubs.Sum(static hub => hub.Superseded);
        var moved = (await run.LinksAsync())[1].Count;

        var clock = Stopwatch.StartNew();
        run.Nodes[1].Kill();
        await run.Nodes[1].ExitedAsync();
        await Eventually.TrueAsync(() => run.Hubs.Count(static hub => !hub.IsConnected) == moved || run.Hubs.All(static hub => hub.IsConnected), "the hubs to notice");
        await run.DialledAsync(ClusterRun.Recovery);
        output.WriteLine($"{moved} of {run.Hubs.Count} links moved, all dialled again after {clock.Elapsed.TotalSeconds:0.0} s");
        await run.FlowAsync();

        Assert.InRange(run.Hubs.Sum(static hub => hub.Superseded) - before, 0, moved);
        await OneDiallerAsync(run);
        Assert.Empty(await run.JudgeAsync());
    }

    /// <summary>Waits until each hub is at exactly one node, as the nodes say.</summary>
    private static Task OneDiallerAsync(ClusterRun run) => Eventually.TrueAsync(
        async () => (await run.LinksAsync()).SelectMany(static links => links).Order(StringComparer.Ordinal)
            .SequenceEqual(Enumerable.Range(0, run.Hubs.Count).Select(static i => string.Create(CultureInfo.InvariantCulture, $"hub-{i}")).Order(StringComparer.Ordinal), StringComparer.Ordinal),
        "each hub to be at one node");
}
