using System.Text.Json;
using Akka.Actor;
using Akka.Hosting;
using Federation.Actors.Diagnostics;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>Two nodes in this process, each with an actor system of its own, which talk to each other by remoting.</summary>
[Collection(ClusterAlone.Name)]
[Trait("Alone", "Yes")]
public sealed class RequestTests : IAsyncLifetime
{
    private readonly DialledHub[] _hubs = new DialledHub[3];
    private readonly IHost[] _nodes = new IHost[2];

    public async Task InitializeAsync()
    {
        for (var i = 0; i < _hubs.Length; i++)
        {
            _hubs[i] = await DialledHub.StartAsync($"hub-{i}");
        }

        int[] ports = [FreePort.Take(), FreePort.Take()];
        for (var i = 0; i < _nodes.Length; i++)
        {
            _nodes[i] = await EmbedAsync(new ClusterNode($"node-{i}", "nats://127.0.0.1:1", ports[i],
                [.. ports.Select(static port => $"127.0.0.1:{port}")], [.. _hubs.Select(static hub => hub.Url)]).Text);
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.StopAsync();
            node.Dispose();
        }

        foreach (var hub in _hubs)
        {
            await hub.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_request_reaches_a_peer_of_another_node_and_health_says_where_what_runs()
    {
        await using var peer = await TestPeer.ConnectAsync(
            await TestNode.EndpointAsync(_nodes[0]), static options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));
        var replying = Task.Run(async () =>
        {
            while (true)
            {
                var id = (await peer.ReceiveAsync("request")).GetProperty("id").GetString();
                await peer.SendAsync($$$"""{"type":"reply","id":"{{{id}}}","payload":{"status":"ok","result":{"boxes":3} } }""");
            }
        });
        JsonElement? result = null;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    result = await Node(1).RequestAsync("edges", "edge-7", "inventory");
                    return true;
                }
                catch (PeerRequestException e) when (e.Code is RequestErrors.UnknownPeer)
                {
                    return false;
                }
            },
            "the directory to know the peer");
        Assert.Equal(3, result!.Value.GetProperty("boxes").GetInt32());
        Assert.Equal(3, (await Node(0).RequestAsync("edges", "edge-7", "inventory")).GetProperty("boxes").GetInt32());

        var nobody = await Assert.ThrowsAsync<PeerRequestException>(() => Node(1).RequestAsync("edges", "edge-8", "inventory"));
        Assert.Equal((RequestErrors.UnknownPeer, "no peer named edge-8 is connected to edges on any node"), (nobody.Code, nobody.Message));

        // Who dials says so, and the other one says who does.
        await Eventually.TrueAsync(
            async () =>
            {
                var (one, two) = (await HealthAsync(0), await HealthAsync(1));
                return two.Cluster!.Status is "up" && _hubs.Select(static hub => hub.Ledger.Name).All(name =>
                    (one.Components[name].Status is "connected" && two.Components[name].Status is "elsewhere" && string.Equals(
                        two.Components[name].Node, one.Cluster!.Address, StringComparison.Ordinal))
                    || (two.Components[name].Status is "connected" && one.Components[name].Status is "elsewhere" && string.Equals(
                        one.Components[name].Node, two.Cluster!.Address, StringComparison.Ordinal)));
            },
            "each hub at one node, which the other one knows");
        var report = await HealthAsync(1);
        Assert.Equal((2, "up"), (report.Cluster!.Members.Count, report.Cluster.Status));
        Assert.All(report.Cluster.Members, static member => Assert.Equal(
            ("up", true, "federation"), (member.Status, member.Reachable, Assert.Single(member.Roles))));

        // A peer that has gone is not asked for.
        await peer.DisposeAsync();
        await Task.WhenAny(replying);
        var gone = await Assert.ThrowsAsync<PeerRequestException>(() => Node(1).RequestAsync("edges", "edge-7", "inventory"));
        Assert.Contains(gone.Code, new[] { RequestErrors.UnknownPeer, RequestErrors.ConnectionLost });
    }

    private static async Task<IHost> EmbedAsync(string configuration)
    {
        var settings = FederationConfiguration.Parse(configuration).EnsureValid();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddAkka(ClusterHocon.SystemName, akka => akka
            .AddHocon("akka { loglevel = WARNING, stdout-loglevel = OFF, log-dead-letters = off }", HoconAddMode.Prepend)
            .AddHocon(ClusterHocon.Of(settings.Cluster), HoconAddMode.Prepend)
            .WithFederation(settings));
        builder.Services.AddFederation();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private IFederation Node(int index) => _nodes[index].Services.GetRequiredService<IFederation>();

    private Task<FederationHealth> HealthAsync(int index) =>
        _nodes[index].Services.GetRequiredService<IRequiredActor<FederationSupervisor>>().ActorRef.Ask<FederationHealth>(
            HealthProtocol.GetReport.Instance, TimeSpan.FromSeconds(10));
}
