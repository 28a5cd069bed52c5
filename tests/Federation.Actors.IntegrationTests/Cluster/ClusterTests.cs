using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using Federation.Actors.IntegrationTests.Chaos;
using Federation.Actors.IntegrationTests.Support;
using Xunit.Abstractions;

namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>Three nodes, three processes: they dial each remote once, and lose nothing, whatever becomes of one of them.</summary>
[Collection(ClusterAlone.Name)]
[Trait("Alone", "Yes")]
public sealed class ClusterTests(ClusterFixture cluster, ITestOutputHelper output)
{
    /// <summary>Exit code of a node that its cluster has given up.</summary>
    private const int Downed = 3;

    /// <summary>Time in which the failure detector notices a node that is silent (hocon/cluster.conf).</summary>
    private static readonly TimeSpan Detection = TimeSpan.FromSeconds(7);

    /// <summary>
    /// More than the time in which a node that finds no other one makes a cluster of its own (5 s, Akka's seed-node-timeout), and would
    /// dial.
    /// </summary>
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(8);

    private readonly ClusterRun _run = cluster.Run;

    /// <summary>
    /// With CHAOS_KILLS <c>./run.sh chaos-cluster</c>: so many kills, at random, of a cluster that dials 30 hubs. Otherwise one, with 6.
    /// </summary>
    [Fact]
    public async Task A_node_is_killed()
    {
        var random = new Random(ChaosTests.Seed);
        await StartAsync();
        Assert.All(_run.Hubs.Select(static (hub, i) => (hub, i)), static pair =>
            Assert.Equal(
                [string.Create(CultureInfo.InvariantCulture, $"shop-hub-{pair.i}")], pair.hub.Names.Distinct(StringComparer.Ordinal)));
        for (var kill = 1; kill <= ClusterFixture.Kills; kill++)
        {
            await _run.CompleteAsync();
            await _run.FlowAsync();
            var node = random.Next(_run.Nodes.Length);
            var moved = (await _run.LinksAsync())[node].Count;
            var superseded = Superseded();
            var clock = Stopwatch.StartNew();
            _run.Nodes[node].Kill();
            await _run.Nodes[node].ExitedAsync();
            await Eventually.TrueAsync(() => _run.Hubs.Count(static hub => !hub.IsConnected) >= moved, "the hubs to notice");
            await _run.DialledAsync(ClusterRun.Recovery);
            var seconds = clock.Elapsed.TotalSeconds;
            await _run.FlowAsync();
            Assert.InRange(Superseded() - superseded, 0, moved);
            ChaosTests.Progress(output, string.Create(
                CultureInfo.InvariantCulture,
                $"{kill} kills, the last of node {node}: {moved} of {_run.Hubs.Count} links moved, all dialled again after "
                    + $"{seconds:0.0} s; {_run.Hubs.Sum(static hub => hub.Acked):N0} acked"));
        }

        Assert.Empty(await _run.JudgeAsync());
    }

    [Fact]
    public async Task A_node_that_stands_still_is_given_up_and_ends_when_it_goes_on()
    {
        await StartAsync();
        var (moved, superseded) = ((await _run.LinksAsync())[1].Count, Superseded());

        _run.Nodes[1].Freeze();
        await Eventually.TrueAsync(() => Superseded() - superseded == moved, "other nodes to dial", ClusterRun.Recovery);
        _run.Nodes[1].Signal(ProcessSignal.Continue);

        Assert.Equal(Downed, await _run.Nodes[1].ExitedAsync());
        Assert.Contains(_run.Nodes[1].Output.Concat(_run.Nodes[1].Errors), static line => line.Contains(
            "The cluster has removed this node", StringComparison.Ordinal));
        await _run.FlowAsync();
        Assert.Equal(moved, Superseded() - superseded);
        Assert.Empty(await _run.JudgeAsync());
    }

    /// <summary>
    /// The oldest node, which makes new clusters and knows where every hub is to be dialled from, loses the network to the others in both
    /// directions, but not to the hubs and the bus. As systemd would, it is started again while the network is still away.
    /// </summary>
    [Fact]
    public async Task A_node_that_is_cut_off_from_the_others_ends_and_dials_nobody_before_it_is_one_of_them_again()
    {
        await StartAsync();
        await CutOffAsync();

        var connections = Connections();
        await _run.StartNodeAsync(0);
        await Task.Delay(Alone);
        Assert.False(_run.Nodes[0].HasEnded);
        Assert.Equal(connections, Connections());
        _run.Network.Mend();
        Assert.Equal(Downed, await _run.Nodes[0].ExitedAsync());
        await _run.CompleteAsync();
        await _run.FlowAsync();

        Assert.Equal(0, _run.Network.Strangers);
        Assert.Empty(await _run.JudgeAsync());
    }

    /// <summary>A rolling restart, while the cluster is sent to from both sides.</summary>
    [Fact]
    [Trait(Tool.Needs, "haproxy")]
    public async Task Each_node_in_turn_ends_and_is_started_again_and_edges_come_back_through_the_balancer()
    {
        await StartAsync();
        var superseded = Superseded();
        var port = FreePort.Take();
        await using var balancer = Balancer(port);
        var url = new UriBuilder(_run.Edges(0)) { Port = port }.Uri;
        await Eventually.TrueAsync(async () => await ConnectsAsync(url), "the balancer");
        var ledger = new Ledger("edge-1", ordered: false);
        var enough = false;
        var sender = new ResendingSender(url, ledger.Name, window: 200, payload: ledger.Payload, answered: ledger.Answered);
        using var stop = new CancellationTokenSource();
        var sending = sender.RunAsync(() => Volatile.Read(ref enough), perSecond: 500, stop.Token);
        await using var nats = await NatsCaller.StartAsync(_run.NatsUrl);

        for (var node = 0; node < _run.Nodes.Length; node++)
        {
            await using var peer = await TestPeer.ConnectAsync(
                _run.Edges(node), static options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));
            var asking = nats.WhenAnsweredAsync("control.send.edge-7", """{"method":"inventory","params":{}}""");
            var asked = await peer.ReceiveAsync("request");
            await peer.SendAsync($$$"""{"type":"reply","id":{{{asked.GetProperty("id").GetRawText()}}}"""
                + $$$""","payload":{"status":"ok","result":{"node":{{{node.ToString(CultureInfo.InvariantCulture)}}} } } }""");
            Assert.Equal(node, (await asking).GetProperty("result").GetProperty("node").GetInt32());

            _run.Nodes[node].Signal(ProcessSignal.Terminate);
            await peer.Closed;
            Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, peer.CloseStatus);
            Assert.Equal(0, await _run.Nodes[node].ExitedAsync());
            var acked = sender.Acked;
            await Eventually.TrueAsync(() => sender.Acked > acked, "acks for the edge", ClusterRun.Recovery);
            await _run.DialledAsync(ClusterRun.Recovery);
            await _run.StartNodeAsync(node);
            await _run.MembersAsync(_run.Nodes.Length, ClusterRun.Recovery);
        }

        Volatile.Write(ref enough, true);
        await sending.WaitAsync(ClusterRun.Recovery);
        await _run.FlowAsync();
        Assert.InRange(sender.Connections, 2, 10);
        Assert.Equal(superseded, Superseded());
        Assert.Empty(await _run.JudgeAsync(ledger, sender.Sent));
    }

    /// <summary>Cuts node 0 off, and looks at both sides until it has ended and the others dial every hub.</summary>
    private async Task CutOffAsync()
    {
        var moved = (await _run.LinksAsync())[0].Count;
        var connections = Connections();
        int[] superseded = [.. _run.Hubs.Select(static hub => hub.Superseded)];
        var clock = Stopwatch.StartNew();
        _run.Network.CutOff(0);
        await Eventually.TrueAsync(
            () => _run.Hubs.Count(static hub => !hub.IsConnected) >= moved || Connections() > connections, "the hubs to notice");
        var stopped = clock.Elapsed;
        await Eventually.TrueAsync(() => Connections() >= connections + moved, "other nodes to dial", ClusterRun.Recovery);
        await _run.DialledAsync(ClusterRun.Recovery);
        var dialled = clock.Elapsed;

        Assert.Equal(Downed, await _run.Nodes[0].ExitedAsync());
        await _run.FlowAsync();
        Assert.True(_run.Network.Held > 0, "nothing was kept back");
        Assert.All(_run.Nodes[1..], static node => Assert.False(node.HasEnded));
        Assert.Equal(_run.Hubs.Count, (await _run.LinksAsync()).Sum(static links => links.Count));
        Assert.All(
            _run.Hubs.Select((hub, i) => hub.Contested(superseded[i])), static time => Assert.InRange(time, TimeSpan.Zero, Detection));
        ChaosTests.Progress(output, string.Create(
            CultureInfo.InvariantCulture,
            $"node 0 was cut off with {moved} of {_run.Hubs.Count} links: its dialers had stopped after {stopped.TotalSeconds:0.0} s, "
                + $"all were dialled again after {dialled.TotalSeconds:0.0} s, {Superseded() - superseded.Sum()} superseded"));
    }

    private int Superseded() => _run.Hubs.Sum(static hub => hub.Superseded);

    private int Connections() => _run.Hubs.Sum(static hub => hub.Names.Count);

    private async Task StartAsync()
    {
        await _run.CompleteAsync();
        _run.Load(true);
        await _run.FlowAsync();
    }

    private FederationProcess Balancer(int port)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            { ["BALANCER_PORT"] = port.ToString(CultureInfo.InvariantCulture) };
        for (var node = 0; node < _run.Nodes.Length; node++)
        {
            var name = $"NODE_{(node + 1).ToString(CultureInfo.InvariantCulture)}";
            environment[name + "_PORT"] = _run.Edges(node).Port.ToString(CultureInfo.InvariantCulture);
            environment[name + "_ADMIN_PORT"] = _run.Nodes[node].Admin.Port.ToString(CultureInfo.InvariantCulture);
        }

        return FederationProcess.Start(Tool.Find("haproxy") ?? "haproxy",
            null, environment, "-db", "-f", Repository.File("config/haproxy.cfg"));
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
