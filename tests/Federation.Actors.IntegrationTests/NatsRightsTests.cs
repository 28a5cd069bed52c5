using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests;

/// <summary>
/// A node in each of its roles works with the NATS permissions that the table of config/SECURITY.md names for it, and with nothing else.
/// </summary>
[Trait("Servers", "All")]
public sealed class NatsRightsTests
{
    [Fact]
    public async Task Receiving_to_core_NATS()
    {
        await using var server = await StartServerAsync("Receive, nats");
        await using var admin = Admin(server);
        await using var subscription = await admin.SubscribeCoreAsync<string>("data.>");
        await admin.PingAsync();
        await using var node = await StartAsync(server, Output(PortType.Nats));
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        await peer.SendAsync(TestPeer.Data("1", "1"));

        await peer.ReceiveAsync("ack");
        Assert.True(await subscription.Msgs.WaitToReadAsync().AsTask().WaitAsync(Patience.Long));
        await AssertHealthyAsync(node, server);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receiving_to_a_stream(bool create)
    {
        await using var server = await StartServerAsync(create ? "Receive, jetstream, create = true" : "Receive, jetstream");
        await using var admin = Admin(server);
        if (!create)
        {
            await CreateStreamAsync(admin);
        }

        await using var node = await StartAsync(server, Output(PortType.Jetstream, create));
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        await peer.SendAsync(TestPeer.Data("1", "1"));

        await peer.ReceiveAsync("ack");
        Assert.Equal(1, (await new NatsJSContext(admin).GetStreamAsync("data")).Info.State.Messages);
        await AssertHealthyAsync(node, server);
    }

    [Fact]
    public async Task Sending_from_core_NATS()
    {
        await using var server = await StartServerAsync("Send, nats");
        await using var admin = Admin(server);
        await using var node = await StartAsync(server, Input(PortType.Nats));
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await node.WhenAsync(static report => report.Ready, "ready");

        await Eventually.TrueAsync(
            async () =>
            {
                await admin.PublishAsync("data.x", """{"n":1}""");
                return peer.Received.Count > 0;
            },
            "a message");

        await AssertHealthyAsync(node, server);
    }

    [Theory]
    [InlineData("one", true)]
    [InlineData(null, false)]
    public async Task Sending_from_a_stream(string? name, bool durable)
    {
        await using var server = await StartServerAsync("Send, jetstream");
        await using var admin = Admin(server);
        await CreateStreamAsync(admin);
        await using var node = await StartAsync(server, Input(PortType.Jetstream));
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, name);
        await node.WhenAsync(static report => report.Ready, "ready");

        // Without a name a peer gets what comes while it is there.
        await Eventually.TrueAsync(
            async () =>
            {
                await new NatsJSContext(admin).PublishAsync("data.x", """{"n":1}""");
                return peer.Received.Count > 0;
            },
            "a message");

        if (durable)
        {
            await Eventually.TrueAsync(
                async () => await new NatsJSContext(admin).ListConsumersAsync("data")
                    .AnyAsync(static consumer => consumer.Info is { AckFloor.StreamSeq: > 0 }), "the ack at the stream");
        }

        await AssertHealthyAsync(node, server);
    }

    [Fact]
    public async Task A_control_port()
    {
        await using var server = await StartServerAsync("Send, nats", "ws_control");
        await using var admin = Admin(server);
        await using var node = await StartAsync(server, Input(PortType.Nats) with
        {
            Outputs = [new OutputPortSettings { Name = "ws_control", Subject = "control" }],
        });
        await using var peer = await TestPeer.ConnectAsync(
            node.Url, static options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));
        await using var subscription = await admin.SubscribeCoreAsync<string>("control.request");
        await admin.PingAsync();

        var asking = Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    var answer = await admin.RequestAsync<string, string>("control.send.edge-7", """{"method":"inventory","params":{}}""");
                    return answer.Data is { } text && JsonDocument.Parse(text).RootElement.GetProperty("status").ValueEquals("ok");
                }
                catch (NatsNoRespondersException)
                {
                    return false;
                }
            },
            "an answer of the peer");
        var asked = await peer.ReceiveAsync("request");
        await peer.SendAsync(
            $$$"""{"type":"reply","id":"{{{asked.GetProperty("id").GetString()}}}","payload":{"status":"ok","result":{} } }""");
        await asking;
        await peer.SendAsync("""{"type":"request","id":"r1","timestamp":1,"payload":{"method":"status","params":{}}}""");
        await peer.ReceiveAsync("reply");
        Assert.True(await subscription.Msgs.WaitToReadAsync().AsTask().WaitAsync(Patience.Long));
        await AssertHealthyAsync(node, server);
    }

    /// <summary>The server has refused nothing, and the node shows no fault.</summary>
    private static async Task AssertHealthyAsync(TestNode node, NatsServer server)
    {
        var report = await node.HealthAsync();
        Assert.True(report.Ready);
        Assert.Null(report.Components.Single().Value.Faults);
        var refusals = string.Join("\n", server.Log.Split('\n').Where(static line => line.Contains("Violation", StringComparison.Ordinal)));
        Assert.True(refusals.Length == 0, refusals);
    }

    private static PortsSettings Output(PortType type, bool create = false) => new()
    {
        Outputs =
        [
            new OutputPortSettings
            {
                Name = "ws_data",
                Subject = "data.x",
                Type = type,
                Stream = type == PortType.Jetstream
                    ? new StreamSettings { Name = "data", Create = create, Subjects = create ? ["data.>"] : [] } : new StreamSettings(),
            },
        ],
    };

    private static PortsSettings Input(PortType type) => new()
    {
        Inputs = [
            new InputPortSettings { Name = "in", Subject = "data.>", Type = type, Stream = type == PortType.Jetstream ? "data" : "" }],
        Outputs = [],
    };

    private static Task<TestNode> StartAsync(NatsServer server, PortsSettings ports) => TestNode.StartAsync(new FederationSettings
    {
        NodeId = "node-1",
        Nats = new NatsSettings { Url = $"nats://node:secret@127.0.0.1:{server.Port}", InboxPrefix = "_INBOX_node" },
        Components = [TestNode.Component("link") with { Ports = ports }],
    });

    private static NatsConnection Admin(NatsServer server) => new(new NatsOpts { Url = $"nats://admin:secret@127.0.0.1:{server.Port}" });

    private static async Task CreateStreamAsync(NatsConnection admin) =>
        await new NatsJSContext(admin).CreateStreamAsync(new StreamConfig("data", ["data.>"]));

    /// <summary>A server whose user has the rights of these rows of the table, with the subjects and the stream of these tests.</summary>
    private static async Task<NatsServer> StartServerAsync(params string[] roles)
    {
        var rows = (await File.ReadAllLinesAsync(Repository.File("config/SECURITY.md")))
            .Where(line => roles.Any(role => line.StartsWith($"| {role} |", StringComparison.Ordinal)))
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToList();
        Assert.Equal(roles.Length, rows.Count);
        return await NatsServer.StartAsync(new NatsServerOptions
        {
            JetStream = true,
            ConfigText = $$"""
            authorization {
              users: [
                { user: admin, password: secret }
                { user: node, password: secret, permissions: { publish: [{{Subjects(2)}}],
                    subscribe: [{{Subjects(3)}}]{{(roles.Contains("ws_control") ? ", allow_responses: true" : "")}} } }
              ]
            }
            """,
        });

        string Subjects(int column) => string.Join(", ", rows
            .SelectMany(row => row[column].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(static subject => subject.Trim('`', ',').Replace("<subject>", "data.>", StringComparison.Ordinal).Replace(
                "<stream>", "data", StringComparison.Ordinal)
                .Replace("<control>", "control", StringComparison.Ordinal).Replace("<inbox>", "_INBOX_node", StringComparison.Ordinal))
            .Select(static subject => $"\"{subject}\""));
    }
}
