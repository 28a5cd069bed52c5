using System.Globalization;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests;

/// <summary>
/// How many connections to NATS a node opens, as the server counts them, and what their users have to do with each other.
/// </summary>
[Trait("Servers", "All")]
public sealed class SharedConnectionTests
{
    private const int Count = 30;

    [Fact]
    public async Task A_node_has_one_connection_for_each_publisher_and_one_for_the_rest_and_all_flows_after_a_restart_of_the_server()
    {
        var port = FreePort.Take();
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = $"http: \"127.0.0.1:{port}\"" });
        await using var node = await TestNode.StartAsync(Settings(nats.Url, [.. Enumerable.Range(0, Count).Select(Component)]));
        await node.WhenAsync(static report => report.Ready, "ready");
        string[] expected = [.. Enumerable.Range(0, Count).Select(number => $"federation/node-1/c{number}")
            .Append("federation/node-1").Order(StringComparer.Ordinal)];
        Assert.Equal(expected, await ConnectionsAsync(port));

        await nats.StopAsync();
        await node.WhenAsync(static report => !report.Ready, "not ready");
        await nats.RestartAsync();
        await node.WhenAsync(static report => report.Ready, "ready again");

        await using var published = await NatsSubscriber.StartAsync(nats.Url, "out.>");
        await using var caller = await NatsCaller.StartAsync(nats.Url);
        await using var publisher = new NatsConnection(new NatsOpts { Url = nats.Url });
        for (var number = 0; number < Count; number++)
        {
            await using var peer = await ReceivingPeer.ConnectAsync(new Uri(node.Endpoints[$"c{number}"]), "one");
            await OnePeerAsync(caller, $"ctl.{number}.peers");
            await publisher.PublishAsync($"in.{number}.a", """{"n":1}""");
            await peer.CountAsync(1);
            await peer.SendAsync(TestPeer.Data("1", "1"));
            await published.CountAsync(number + 1);
        }

        Assert.Equal(
            expected, (await ConnectionsAsync(port)).Where(static name => name.StartsWith("federation/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_refused_subscription_of_one_component_leaves_the_others_alone()
    {
        const string Config = """
            authorization {
              users: [ { user: node, password: secret, permissions: { subscribe: { deny: ["in.1.>", "ctl.1.>"] } } } ]
            }
            """;
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = Config });
        var url = $"nats://node:secret@127.0.0.1:{nats.Port}";
        await using var node = await TestNode.StartAsync(Settings(url, [Component(0), Component(1)]));
        await node.WhenAsync(
            static report => report.Components["c1"].Faults is { Count: 2 }, "the input and the control port of one component fail");
        await using var caller = await NatsCaller.StartAsync(url);
        await using var publisher = new NatsConnection(new NatsOpts { Url = url });
        await using var peer = await ReceivingPeer.ConnectAsync(new Uri(node.Endpoints["c0"]), "one");
        await OnePeerAsync(caller, "ctl.0.peers");
        for (var number = 1; number <= 20; number++)
        {
            await publisher.PublishAsync("in.0.a", $$"""{"n":{{number.ToString(CultureInfo.InvariantCulture)}}}""");
            await peer.CountAsync(number);
            await OnePeerAsync(caller, "ctl.0.peers");
            var report = await node.HealthAsync();
            Assert.Null(report.Components["c0"].Faults);
        }
    }

    [Fact]
    public async Task A_subscription_for_which_the_server_has_no_room_fails_alone()
    {
        // The library's inbox, two inputs and two lists of peers are five.
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = "max_subscriptions: 4" });
        await using var node = await TestNode.StartAsync(Settings(nats.Url, [Component(0), Component(1)]));
        await using var caller = await NatsCaller.StartAsync(nats.Url);
        await using var publisher = new NatsConnection(new NatsOpts { Url = nats.Url });
        var (component, fault) = ("", "");
        await node.WhenAsync(
            report => ((component, fault) = report.Components.SelectMany(
                static one => one.Value.Faults ?? [], static (one, text) => (one.Key, text)).SingleOrDefault()) != default,
            "one of the subscriptions fails");
        Assert.Contains("maximum subscriptions exceeded", fault, StringComparison.OrdinalIgnoreCase);

        for (var number = 0; number < 2; number++)
        {
            var fails = string.Equals(component, $"c{number}", StringComparison.Ordinal) ? fault : "";
            if (!fails.Contains("port in ", StringComparison.Ordinal))
            {
                await using var peer = await ReceivingPeer.ConnectAsync(new Uri(node.Endpoints[$"c{number}"]), name: null);
                await Eventually.TrueAsync(
                    async () =>
                    {
                        // Again until the node has the peer: its list of peers may be what fails.
                        await publisher.PublishAsync($"in.{number}.a", """{"n":1}""");
                        return peer.Numbers.Any();
                    },
                    "a message at the peer");
            }

            if (!fails.Contains("ws_control", StringComparison.Ordinal))
            {
                await caller.WhenAnsweredAsync($"ctl.{number}.peers", "");
            }
        }
    }

    private static Task OnePeerAsync(NatsCaller caller, string subject) => Eventually.TrueAsync(
        async () => (await caller.WhenAnsweredAsync(subject, ""))
            .GetProperty("result").GetProperty("total").GetInt32() == 1, $"one peer at {subject}");

    private static FederationSettings Settings(string url, ComponentSettings[] components) => new()
    {
        NodeId = "node-1",
        Nats = new NatsSettings { Url = url, PingInterval = TimeSpan.FromSeconds(2), ConnectTimeout = TimeSpan.FromSeconds(2) },
        Components = components,
    };

    private static ComponentSettings Component(int number) => TestNode.Component($"c{number}") with
    {
        Ports = new PortsSettings
        {
            Inputs = [new InputPortSettings { Name = "in", Subject = $"in.{number}.>" }],
            Outputs =
            [
                new OutputPortSettings { Name = "ws_data", Subject = $"out.{number}" },
                new OutputPortSettings { Name = "ws_control", Subject = $"ctl.{number}" },
            ],
        },
    };

    private static async Task<string[]> ConnectionsAsync(int port)
    {
        using var client = new HttpClient();
        using var connections = JsonDocument.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/connz")));
        return [.. connections.RootElement.GetProperty("connections").EnumerateArray()
            .Select(static one => one.GetProperty("name").GetString() ?? "").Order(StringComparer.Ordinal)];
    }
}
