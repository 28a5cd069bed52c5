using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using Federation.Actors.IntegrationTests.Chaos;
using Federation.Actors.IntegrationTests.Support;
using Xunit.Abstractions;

namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>Three nodes, three processes: they dial each remote once, and lose nothing, whatever becomes of one of them.</summary>
[Collection(nameof(ClusterTests))]
public sealed class ClusterTests(ITestOutputHelper output)
{
    /// <summary>Exit code of a node that its cluster has given up.</summary>
    private const int Downed = 3;

    /// <summary>With CHAOS_KILLS, half of <c>./run.sh chaos-cluster</c>: so many kills, at random, of a cluster that dials 30 hubs. Otherwise one, with 6.</summary>
    [Fact]
    public async Task A_node_is_killed()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("CHAOS_KILLS") ?? "1", CultureInfo.InvariantCulture);
        var random = new Random(ChaosTests.Seed);
        await using var run = await ClusterRun.StartAsync(hubs: kills > 1 ? 30 : 6);
        Assert.All(run.Hubs.Select(static (hub, i) => (hub, i)), static pair =>
            Assert.Equal([string.Create(CultureInfo.InvariantCulture, $"shop-hub-{pair.i}")], pair.hub.Names.Distinct(StringComparer.Ordinal)));
        run.Load(true);
        await run.FlowAsync();
        for (var kill = 1; kill <= kills; kill++)
        {
            var node = random.Next(run.Nodes.Length);
            var moved = (await run.LinksAsync())[node].Count;
            var superseded = run.Hubs.Sum(static hub => hub.Superseded);
            var clock = Stopwatch.StartNew();
            run.Nodes[node].Kill();
            await run.Nodes[node].ExitedAsync();
            await Eventually.TrueAsync(() => run.Hubs.Count(static hub => !hub.IsConnected) >= moved, "the hubs to notice");
            await run.DialledAsync(ClusterRun.Recovery);
            var seconds = clock.Elapsed.TotalSeconds;
            await run.FlowAsync();
            Assert.InRange(run.Hubs.Sum(static hub => hub.Superseded) - superseded, 0, moved);
            ChaosTests.Progress(output, string.Create(
                CultureInfo.InvariantCulture, $"{kill} kills, the last of node {node}: {moved} of {run.Hubs.Count} links moved, all dialled again after {seconds:0.0} s; {run.Hubs.Sum(static hub => hub.Acked):N0} acked"));
            if (kill < kills)
            {
                await run.StartNodeAsync(node);
                await run.SharedAsync();
            }
        }

        Assert.Empty(await run.JudgeAsync());
    }

    [Fact]
    public async Task Each_node_in_turn_is_told_to_end_and_is_started_again()
    {
        await using var run = await ClusterRun.StartAsync(hubs: 6);
        run.Load(true);
        await run.FlowAsync();

        for (var node = 0; node < run.Nodes.Length; node++)
        {
            run.Nodes[node].Signal(ProcessSignal.Terminate);
            Assert.Equal(0, await run.Nodes[node].ExitedAsync());
            await run.DialledAsync(ClusterRun.Recovery);
            await run.StartNodeAsync(node);
            await run.SharedAsync();
        }

        await run.FlowAsync();
        Assert.Equal(0, run.Hubs.Sum(static hub => hub.Superseded));
        Assert.Empty(await run.JudgeAsync());
    }

    [Fact]
    public async Task A_node_that_stands_still_is_given_up_and_ends_when_it_goes_on()
    {
        await using var run = await ClusterRun.StartAsync(hubs: 6);
        run.Load(true);
        await run.FlowAsync();
        var moved = (await run.LinksAsync())[1].Count;

        run.Nodes[1].Freeze();
        await Eventually.TrueAsync(() => run.Hubs.Sum(static hub => hub.Superseded) == moved, "another node to dial", ClusterRun.Recovery);
        run.Nodes[1].Signal(ProcessSignal.Continue);

        Assert.Equal(Downed, await run.Nodes[1].ExitedAsync());
        Assert.Contains(run.Nodes[1].Output.Concat(run.Nodes[1].Errors), static line => line.Contains("The cluster has gone on without this node", StringComparison.Ordinal));
        await run.FlowAsync();
        Assert.Equal(moved, run.Hubs.Sum(static hub => hub.Superseded));
        Assert.Empty(await run.JudgeAsync());
    }

    [Fact]
    public async Task Edges_behind_the_balancer_come_back_to_another_node_and_are_reached_on_any()
    {
        await using var run = await ClusterRun.StartAsync(hubs: 3);
        var port = ClusterNode.FreePort();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["BALANCER_PORT"] = port.ToString(CultureInfo.InvariantCulture) };
        for (var node = 0; node < run.Nodes.Length; node++)
        {
            var name = $"NODE_{(node + 1).ToString(CultureInfo.InvariantCulture)}";
            environment[name + "_PORT"] = run.Edges(node).Port.ToString(CultureInfo.InvariantCulture);
            environment[name + "_ADMIN_PORT"] = run.Nodes[node].Admin.Port.ToString(CultureInfo.InvariantCulture);
        }

        await using var balancer = FederationProcess.Start(
            File.Exists("/usr/sbin/haproxy") ? "/usr/sbin/haproxy" : "haproxy", null, environment, "-db", "-f", Repository.File("config/haproxy.cfg"));
        var url = new UriBuilder(run.Edges(0)) { Port = port }.Uri;
        await Eventually.TrueAsync(async () => await ConnectsAsync(url), "the balancer");
        var ledger = new Ledger("edge-1");
        var enough = false;
        var sender = new ResendingSender(url, ledger.Name, window: 200, payload: ledger.Payload, answered: ledger.Answered);
        using var stop = new CancellationTokenSource();
        var sending = sender.RunAsync(() => Volatile.Read(ref enough), perSecond: 500, stop.Token);
        await using var nats = await NatsCaller.StartAsync(run.NatsUrl);

        for (var node = 0; node < run.Nodes.Length - 1; node++)
        {
            await using var peer = await TestPeer.ConnectAsync(run.Edges(node), static options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));
            var asking = nats.WhenAnsweredAsync("control.send.edge-7", """{"method":"inventory","params":{}}""");
            var asked = await peer.ReceiveAsync("request");
            await peer.SendAsync($$$"""{"type":"reply","id":"{{{asked.GetProperty("id").GetString()}}}","payload":{"status":"ok","result":{"node":{{{node.ToString(CultureInfo.InvariantCulture)}}}}}}""");
            Assert.Equal(node, (await asking).GetProperty("result").GetProperty("node").GetInt32());

            run.Nodes[node].Signal(ProcessSignal.Terminate);
            await peer.Closed;
            Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, peer.CloseStatus);
            Assert.Equal(0, await run.Nodes[node].ExitedAsync());
            var acked = sender.Acked;
            await Eventually.TrueAsync(() => sender.Acked > acked, "acks from another node", ClusterRun.Recovery);
        }

        Volatile.Write(ref enough, true);
        await sending.WaitAsync(ClusterRun.Recovery);
        Assert.InRange(sender.Connections, 2, 10);
        Assert.Empty(await run.JudgeAsync(ledger, sender.Sent));
    }

    private static async Task<bool> ConnectsAsync(Uri url)
    {
        try
        {
            await using var peer = await TestPeer.ConnectAsync(url);
            return true;
        }
        catch (WebSocketException)
        {
            return false;
        }
    }
}
