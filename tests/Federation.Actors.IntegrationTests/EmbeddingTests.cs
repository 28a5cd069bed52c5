using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Akka.Streams;
using Akka.Streams.Dsl;
using Federation.Actors.Hosting;
using Federation.Actors.IntegrationTests.Cluster;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Federation.Actors.IntegrationTests;

/// <summary>The README's embedding sample, compiled and run.</summary>
public sealed class EmbeddingTests
{
    [Fact]
    public async Task A_node_in_someone_elses_actor_system_answers_peers()
    {
        await using var nats = await NatsServer.StartAsync();
        var file = Path.Combine(nats.DirectoryPath, "node.conf");
        await File.WriteAllTextAsync(file, FederationProcess.Configuration(nats.Url));
        string[] args = [];

        // README: embedding
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(args);
        var settings = FederationConfiguration.Load(file).EnsureValid();
        builder.Services.AddAkka("shop", akka => akka.WithFederation(settings));
        // README: end
        using var host = builder.Build();
        await host.StartAsync();
        var url = await TestNode.EndpointAsync(host);

        await using var peer = await TestPeer.ConnectAsync(url);
        await peer.SendAsync(TestPeer.Data("1", "{}"));
        Assert.Equal("1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        await host.StopAsync();
        await peer.Closed;
    }

    [Fact]
    public async Task The_READMEs_stream_takes_what_a_local_port_receives()
    {
        var local = FederationProcess.Configuration("nats://127.0.0.1:1").Replace("type = nats", "type = local", StringComparison.Ordinal);
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Services.AddAkka("shop", akka => akka.WithFederation(FederationConfiguration.Parse(local).EnsureValid()));
        using var host = builder.Build();
        await host.StartAsync();
        await using var peer = await TestPeer.ConnectAsync(await TestNode.EndpointAsync(host));
        var system = host.Services.GetRequiredService<ActorSystem>();

        // README: stream
        var received = system.FederationSource("edge-in").RunForeach(message => Console.WriteLine(message.Subject), system.Materializer());
        // README: end
        await peer.SendAsync(TestPeer.Data("1", "{}"));

        Assert.Equal("1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        Assert.False(received.IsCompleted);
        await host.StopAsync();
    }

    [Fact]
    public async Task The_READMEs_request_reaches_a_peer()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Services.AddAkka("shop", akka => akka.WithFederation(FederationConfiguration.Parse(FederationProcess.Configuration("nats://127.0.0.1:1")).EnsureValid()));
        using var host = builder.Build();
        await host.StartAsync();
        await using var peer = await TestPeer.ConnectAsync(await TestNode.EndpointAsync(host), options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));

        // What the peer asks is answered once it is known.
        await peer.SendAsync("""{"type":"request","id":"1","payload":{"method":"status"}}""");
        await peer.ReceiveAsync("reply");
        var system = host.Services.GetRequiredService<ActorSystem>();
        var replying = Task.Run(async () =>
        {
            var id = (await peer.ReceiveAsync("request")).GetProperty("id").GetString();
            var payload = """{"status":"ok","result":{"throughput":{"current":2,"average_1m":1,"unit":"msg/sec"},"queue_depth":3,"uptime_seconds":60,"connections":1}}""";
            await peer.SendAsync($$"""{"type":"reply","id":"{{id}}","payload":{{payload}} }""");
        });

        // README: request
        var status = await system.Federation().StatusAsync("edge-in", "edge-7");
        Console.WriteLine($"{status.QueueDepth} wait, {status.Throughput.Current} {status.Throughput.Unit}");
        // README: end
        await replying;
        Assert.Equal((3, 2), (status.QueueDepth, status.Throughput.Current));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_node_in_someone_elses_cluster_dials()
    {
        await using var hub = await DialledHub.StartAsync("hub-0");
        var port = ClusterNode.FreePort();
        var settings = FederationConfiguration.Parse(new ClusterNode("node-1", "nats://127.0.0.1:1", port, [port], [hub.Url]).Text).EnsureValid();
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

        Assert.Equal("federation.cluster.enabled: found an actor system that is in no cluster, expected akka.actor.provider to be cluster, as WithClustering sets it", refusal.Message);
    }

    [Theory]
    [InlineData("cluster")]
    [InlineData("embedding")]
    [InlineData("request")]
    [InlineData("stream")]
    public async Task The_README_shows_these_samples(string name)
    {
        var lines = await File.ReadAllLinesAsync(Repository.File("tests/Federation.Actors.IntegrationTests/EmbeddingTests.cs"));
        var sample = lines.SkipWhile(line => !line.EndsWith($"// README: {name}", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.EndsWith("// README: end", StringComparison.Ordinal)).Select(line => line.Trim().Replace("Microsoft.Extensions.Hosting.Host", "Host", StringComparison.Ordinal));
        var readme = string.Join('\n', (await File.ReadAllLinesAsync(Repository.File("README.md"))).Select(static line => line.Trim()));

        Assert.Contains(string.Join('\n', sample).Replace("Load(file)", "Load(\"node.conf\")", StringComparison.Ordinal), readme, StringComparison.Ordinal);
    }
}
