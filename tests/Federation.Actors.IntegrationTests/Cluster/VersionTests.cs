using System.Globalization;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>One node as it was a commit ago, and two as they are now.</summary>
[Collection(ClusterAlone.Name)]
[Trait("Alone", "Yes")]
public sealed class VersionTests(ClusterFixture cluster)
{
    private readonly ClusterRun _run = cluster.Run;

    /// <summary>The old one is the oldest member, which says for all of them where what is to run.</summary>
    [Fact]
    public async Task Nodes_of_the_last_version_and_of_this_one_are_one_cluster_and_one_takes_the_others_place_without_loss()
    {
        var old = PreviousBuild.File("federation");
        await _run.EndAsync();
        await _run.StartNodeAsync(0, old);
        await _run.CompleteAsync();
        _run.Load(true);
        await _run.FlowAsync();
        var superseded = Superseded();

        await using (var here = await ReplyAsync(node: 0))
        await using (var there = await ReplyAsync(node: 1))
        {
            string[] replies = await Task.WhenAll(
                _run.AskAsync(0, ClusterRun.Asker, "edge-0"), _run.AskAsync(1, PreviousBuild.File("asker"), "edge-1"));
            Assert.Equal(["""{"node":0}""", """{"node":1}"""], replies);
        }

        _run.Nodes[0].Signal(ProcessSignal.Terminate);
        Assert.Equal(0, await _run.Nodes[0].ExitedAsync());
        await _run.CompleteAsync();
        await _run.FlowAsync();

        Assert.Equal(superseded, Superseded());
        Assert.Equal(0, _run.Network.Strangers);
        Assert.Empty(await _run.JudgeAsync());
    }

    private int Superseded() => _run.Hubs.Sum(static hub => hub.Superseded);

    /// <summary>A peer of a node that replies with the number of that node.</summary>
    private async Task<TestPeer> ReplyAsync(int node)
    {
        var number = node.ToString(CultureInfo.InvariantCulture);
        var peer = await TestPeer.ConnectAsync(
            _run.Edges(node), options => options.SetRequestHeader("X-Federation-Peer", "edge-" + number));
        _ = Task.Run(async () =>
        {
            var id = (await peer.ReceiveAsync("request")).GetProperty("id").GetString();
            await peer.SendAsync($$$"""{"type":"reply","id":"{{{id}}}","payload":{"status":"ok","result":{"node":{{{number}}}} } }""");
        });
        return peer;
    }
}
