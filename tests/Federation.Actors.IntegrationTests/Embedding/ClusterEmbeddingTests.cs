using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Federation.Actors.IntegrationTests.Cluster;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Federation.Actors.IntegrationTests.Embedding;

/// <summary>A node in the cluster of the program that embeds it.</summary>
public sealed class ClusterEmbeddingTests
{
    [Fact]
    public async Task A_node_in_someone_elses_cluster_dials()
    {
        await using var hub = await DialledHub.StartAsync("hub-0");
        var port = FreePort.Take();
        var settings = FederationConfiguration.Parse(
            new ClusterNode("node-1", "nats://127.0.0.1:1", port, [$"127.0.0.1:{port}"], [hub.Url]).Text).EnsureValid();
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();

        // README: cluster
        builder.Services.AddAkka("shop", akka => akka
            .WithRemoting("127.0.0.1", port)
            .WithClustering(new ClusterOptions { Roles = ["federation"], SeedNodes = [$"akka.tcp://shop@127.0.0.1:{port}"] })
            .WithFederation(settings));
        // README: end
        using var host = builder.Build();
        await host.StartAsync();

        await Eventually.TrueAsync(() => hub.IsConnected, "the hub to be dialled");
        Assert.Equal("shop-hub-0", Assert.Single(hub.Names));
        await host.StopAsync();
        await Eventually.TrueAsync(() => !hub.IsConnected, "the connection to end");
    }

    [Fact]
    public async Task A_node_that_is_to_be_of_a_cluster_in_no_cluster_says_so()
    {
        var settings = FederationConfiguration.Parse(new ClusterNode("node-1", "nats://127.0.0.1:1", 0, [], []).Text).EnsureValid();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddAkka("shop", akka => akka.WithFederation(settings));
        using var host = builder.Build();

        var refusal = await Assert.ThrowsAsync<SettingsException>(() => host.StartAsync());

        Assert.Equal("federation.cluster.enabled: found an actor system without a cluster, expected akka.actor.provider to be "
            + "cluster, as WithClustering sets it", refusal.Message);
    }
}
