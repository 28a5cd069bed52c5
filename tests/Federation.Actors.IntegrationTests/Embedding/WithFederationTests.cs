using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Hosting.Configuration;
using Akka.Streams;
using Akka.Streams.Dsl;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Messages;
using Federation.Actors.Supervision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.IntegrationTests.Embedding;

/// <summary>Nodes in actor systems of others.</summary>
public sealed class WithFederationTests
{
    private const string Quiet = "akka { loglevel = OFF, stdout-loglevel = OFF }";

    [Fact]
    public async Task A_file_gives_the_node_and_what_the_embedder_has_not_said_of_Akka()
    {
        var directory = Directory.CreateTempSubdirectory("node-");
        try
        {
            var file = Path.Combine(directory.FullName, "node.conf");
            await File.WriteAllTextAsync(file, Local("edge-in") + "\nakka { loglevel = DEBUG, shop.shelves = 7 }");
            using var host = await StartAsync(
                akka => akka.AddHocon(Quiet, HoconAddMode.Append).WithFederation(FederationConfiguration.Load(file)));

            var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;

            Assert.Equal(("OFF", 7), (config.GetString("akka.loglevel"), config.GetInt("akka.shop.shelves")));
            Assert.Equal("akka://test/user/federation",
                host.Services.GetRequiredService<IRequiredActor<FederationSupervisor>>().ActorRef.Path.ToString());
            await host.StopAsync();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Settings_of_the_embedders_own_appsettings_do_as_well()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["federation:components:edge-in:mode"] = "server",
            ["federation:components:edge-in:server:host"] = "127.0.0.1",
            ["federation:components:edge-in:server:http_port"] = "0",
            ["federation:components:edge-in:ports:outputs:0:name"] = "ws_data",
            ["federation:components:edge-in:ports:outputs:0:subject"] = "in",
            ["federation:components:edge-in:ports:outputs:0:type"] = "local",
        }).Build();
        using var host = await StartAsync(akka => akka.AddHocon(Quiet, HoconAddMode.Append).WithFederation(settings.ToHocon()));

        await AcksAsync(host.Services.GetRequiredService<IFederation>(),
            host.Services.GetRequiredService<ActorSystem>(), await TestNode.EndpointAsync(host));
        await host.StopAsync();
    }

    [Fact]
    public async Task Faulty_settings_keep_the_host_from_starting_and_are_all_named()
    {
        var faulty = ConfigurationFactory.ParseString("federation.components.edge-in { mode = server, server.http_port = -1 }");

        var error = await Assert.ThrowsAsync<SettingsException>(() => StartAsync(akka => akka.WithFederation(faulty)));

        Assert.Contains("federation.components.edge-in.server.http_port: found \"-1\", expected an integer from 0 to 65535",
            error.Message, StringComparison.Ordinal);
        Assert.Contains("federation.components.edge-in.ports", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_nodes_in_one_actor_system_do_not_know_of_each_other()
    {
        using var host = await StartAsync(akka => akka
            .AddHocon(Quiet, HoconAddMode.Append)
            .WithFederation(Settings("edge-in"))
            .WithFederation(new FederationOptions { Name = "plant", Settings = Settings("edge-in") }));
        var system = host.Services.GetRequiredService<ActorSystem>();
        using var streams = system.Materializer();
        var shop = host.Services.GetRequiredService<IFederation>();
        var plant = host.Services.GetRequiredKeyedService<IFederation>("plant");
        var sold = new TaskCompletionSource<ReceivedMessage>();
        var made = new TaskCompletionSource<ReceivedMessage>();
        _ = shop.Source("edge-in").RunForeach(message => sold.TrySetResult(message), streams);
        _ = plant.Source("edge-in").RunForeach(message => made.TrySetResult(message), streams);
        await using var customer = await TestPeer.ConnectAsync(await EndpointAsync(system, "federation"));
        await using var machine = await TestPeer.ConnectAsync(await EndpointAsync(system, "plant"));

        await customer.SendAsync(TestPeer.Data("sale", "1"));
        await machine.SendAsync(TestPeer.Data("piece", "1"));

        Assert.Equal("sale", (await sold.Task.WaitAsync(Patience.Long)).Id);
        Assert.Equal("piece", (await made.Task.WaitAsync(Patience.Long)).Id);
        await host.StopAsync();
        await customer.Closed;
        await machine.Closed;
    }

    [Fact]
    public async Task Two_actor_systems_in_one_process_each_have_a_node()
    {
        using var one = await StartAsync(akka => akka.AddHocon(Quiet, HoconAddMode.Append).WithFederation(Settings("edge-in")));
        using var other = await StartAsync(akka => akka.AddHocon(Quiet, HoconAddMode.Append).WithFederation(Settings("edge-in")));
        var url = await TestNode.EndpointAsync(other);

        await one.StopAsync();

        await AcksAsync(other.Services.GetRequiredService<IFederation>(), other.Services.GetRequiredService<ActorSystem>(), url);
        await other.StopAsync();
    }

    [Fact]
    public async Task What_happens_to_a_node_comes_as_a_stream_and_what_happens_to_others_does_not()
    {
        await using var server = await SendingServer.StartAsync();
        using var host = Build(akka => akka
            .AddHocon(Quiet, HoconAddMode.Append)
            .WithFederation(Dialling("uplink", server.Url))
            .WithFederation(new FederationOptions { Name = "plant", Settings = Dialling("sidelink", server.Url) }));
        using var patience = new CancellationTokenSource(Patience.Long);
        var federation = host.Services.GetRequiredService<IFederation>();
        using var streams = host.Services.GetRequiredService<ActorSystem>().Materializer();
        var events = federation.Events().TakeWhile(static happened => happened.Kind != FederationEventKind.PeerConnected, inclusive: true)
            .RunWith(Sink.Seq<FederationEvent>(), streams);

        await host.StartAsync(patience.Token);

        // The stream tells what happens once it runs, which may be after the first connections: each that is cut is followed by another.
        while (await Task.WhenAny(events, Task.Delay(TimeSpan.FromSeconds(3), patience.Token)) != events)
        {
            patience.Token.ThrowIfCancellationRequested();
            server.Cut();
        }

        var seen = await events;
        Assert.Equal(FederationEventKind.PeerConnected, seen[^1].Kind);
        Assert.All(seen, static happened => Assert.Equal("uplink", happened.Component));
        await host.StopAsync(patience.Token);
    }

    [Fact]
    public async Task A_request_before_the_start_is_refused_at_once()
    {
        using var host = Build(akka => akka.AddHocon(Quiet, HoconAddMode.Append).WithFederation(Settings("edge-in")));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => host.Services.GetRequiredService<IFederation>().StatusAsync("edge-in", "edge-7"));

        Assert.StartsWith("the node federation has not started", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_none_is_refused()
    {
        var builder = new AkkaConfigurationBuilder(new ServiceCollection(), "test");

        Assert.Throws<ArgumentException>(
            () => builder.WithFederation(new FederationOptions { Name = "a/b", Settings = Settings("edge-in") }));
    }

    private static string Local(string component) => FederationProcess.Configuration("nats://127.0.0.1:1")
        .Replace("type = nats", "type = local", StringComparison.Ordinal).Replace("edge-in", component, StringComparison.Ordinal);

    private static FederationSettings Settings(string component) => FederationConfiguration.Parse(Local(component)).EnsureValid();

    private static FederationSettings Dialling(string component, Uri url) => new()
    {
        Components = [
            TestNode.Component(component) with { Mode = ComponentMode.Client, Client = new ClientSettings { Url = url.ToString() } }],
    };

    private static IHost Build(Action<AkkaConfigurationBuilder> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddAkka("test", configure);
        builder.Services.AddFederation();
        return builder.Build();
    }

    private static async Task<IHost> StartAsync(Action<AkkaConfigurationBuilder> configure)
    {
        var host = Build(configure);
        await host.StartAsync();
        return host;
    }

    private static async Task<Uri> EndpointAsync(ActorSystem system, string node) => new(
        (await system.ActorSelection($"/user/{node}").Ask<ComponentProtocol.NodeReady>(
            ComponentProtocol.WhenReady.Instance, Patience.Long)).Endpoints.Values.Single());

    private static async Task AcksAsync(IFederation federation, ActorSystem system, Uri url)
    {
        using var streams = system.Materializer();
        _ = federation.Source("edge-in").RunWith(Sink.Ignore<ReceivedMessage>(), streams);
        await using var peer = await TestPeer.ConnectAsync(url);
        await peer.SendAsync(TestPeer.Data("1", "{}"));
        Assert.Equal("1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
    }
}
