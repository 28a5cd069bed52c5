using System.Diagnostics;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>What a server does not permit to publish is nacked, and nothing else is.</summary>
[Trait("Servers", "All")]
[Trait(Tool.Needs, "openssl")]
public sealed class PermissionTests(TestCertificates certificates) : IClassFixture<TestCertificates>, IDisposable
{
    private const string Allowed = "data.ok.>";

    private readonly DirectoryInfo _store = Directory.CreateTempSubdirectory("permission-tests-");

    public void Dispose() => _store.Delete(recursive: true);

    [Theory]
    [InlineData(PortType.Nats, false)]
    [InlineData(PortType.Nats, true)]
    [InlineData(PortType.Jetstream, false)]
    public async Task Of_a_burst_exactly_the_messages_to_the_denied_subject_are_nacked(PortType type, bool tls)
    {
        await using var server = await StartServerAsync(Configuration(Allowed, tls));
        await CreateStreamAsync(server, type);
        await using var node = await StartNodeAsync(server, type, tls ? new TlsNatsSettings { CaFile = certificates["ca.pem"] } : null);
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        // The very first group is denied too.
        for (var i = 0; i < 400; i++)
        {
            await peer.SendAsync(Message(i, i % 2 == 0 ? "denied" : "ok"));
        }

        for (var i = 0; i < 400; i++)
        {
            var answer = await peer.ReceiveAsync();
            var number = int.Parse(answer.GetProperty("id").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(number % 2 == 0 ? "nack" : "ack", answer.GetProperty("type").GetString());
        }

        Assert.Equal(1, await node.MetricAsync("nats_connected"));
        await node.AssertConservedAsync();
    }

    [Theory]
    [InlineData(PortType.Nats, 300)]
    [InlineData(PortType.Jetstream, 40)]
    public async Task One_at_a_time_every_denied_message_is_nacked_at_once(PortType type, int count)
    {
        await using var server = await StartServerAsync(Configuration(Allowed));
        await CreateStreamAsync(server, type);
        await using var node = await StartNodeAsync(server, type);
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        var clock = Stopwatch.StartNew();

        for (var i = 0; i < count; i++)
        {
            await peer.SendAsync(Message(i, "denied"));
            var answer = await peer.ReceiveAsync("nack");
            Assert.Equal("publish_failed", answer.GetProperty("payload").GetProperty("reason").GetString());
            Assert.Contains(
                "data.denied.x", answer.GetProperty("payload").GetProperty("error").GetString(), StringComparison.OrdinalIgnoreCase);
        }

        // Far less than the publish_timeout of any of them.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task The_first_message_after_each_reconnect_is_nacked_too()
    {
        await using var server = await StartServerAsync(Configuration(Allowed));
        await using var link = FaultyLink.To(server.Port);
        await using var node = await TestNode.StartAsync(Settings(link.Port, "data.denied.x", PortType.Nats));
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        for (var i = 0; i < 14; i++)
        {
            await peer.SendAsync(TestPeer.Data($"{i}", "1"));
            Assert.Equal($"{i}", (await peer.ReceiveAsync("nack")).GetProperty("id").GetString());
            link.Reset();
        }

        Assert.Equal(0, await node.MetricAsync("acks_sent_total"));
    }

    [Theory]
    [InlineData(PortType.Nats)]
    [InlineData(PortType.Jetstream)]
    public async Task A_permission_that_is_given_and_taken_by_a_reload_counts_without_a_reconnect(PortType type)
    {
        await using var server = await StartServerAsync(Configuration(Allowed));
        await CreateStreamAsync(server, type);
        using var log = new KeptLog();
        await using var node = await TestNode.StartAsync(Settings(server.Port, "data.{payload.to}.x", type), log);
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        await peer.SendAsync(Message(0, "denied"));
        await peer.ReceiveAsync("nack");

        await server.ReloadAsync(Configuration("data.>"));
        await UntilAsync("ack");
        await server.ReloadAsync(Configuration(Allowed));
        await UntilAsync("nack");

        Assert.Equal(0, log.Lines.Count(static line => line.Contains("has lost its connection to the bus", StringComparison.Ordinal)));

        Task UntilAsync(string type) => Eventually.TrueAsync(
            async () =>
            {
                await peer.SendAsync(Message(1, "denied"));
                return (await peer.ReceiveAsync()).GetProperty("type").ValueEquals(type);
            },
            type);
    }

    [Fact]
    public async Task A_subject_with_quotes_and_letters_of_other_scripts_is_recognized()
    {
        await using var server = await StartServerAsync(Configuration(Allowed));
        await using var node = await StartNodeAsync(server, PortType.Nats);
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        foreach (var (to, answer) in new[] { ("""q\"'\\""", "nack"), ("ok", "ack"), ("größe\u200b", "nack"), ("ok", "ack") })
        {
            await peer.SendAsync(Message(1, to));
            await peer.SendAsync(Message(2, "ok"));
            Assert.Equal(answer, (await peer.ReceiveAsync()).GetProperty("type").GetString());
            Assert.Equal("ack", (await peer.ReceiveAsync()).GetProperty("type").GetString());
        }
    }

    [Fact]
    public async Task A_subject_that_the_account_maps_onto_a_denied_one_is_never_acked()
    {
        await using var server = await StartServerAsync(Configuration("data.>") + "\nmappings = { \"data.mapped.x\": \"secret.x\" }");
        await using var node = await StartNodeAsync(server, PortType.Nats);
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        foreach (var (to, answer) in new[] { ("mapped", "nack"), ("ok", "ack"), ("mapped", "nack") })
        {
            await peer.SendAsync(Message(1, to));
            Assert.Equal(answer, (await peer.ReceiveAsync()).GetProperty("type").GetString());
        }
    }

    [Fact]
    public async Task A_stream_whose_answers_the_server_does_not_let_through_is_a_fault_until_it_does()
    {
        var closed = Configuration("data.>").Replace("_INBOX.>", "nothing", StringComparison.Ordinal);
        await using var server = await StartServerAsync(closed);
        await CreateStreamAsync(server, PortType.Jetstream);
        using var log = new KeptLog();
        await using var node = await TestNode.StartAsync(Settings(server.Port, "data.{payload.to}.x", PortType.Jetstream), log);
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        await peer.SendAsync(Message(1, "ok"));
        await Eventually.TrueAsync(
            () => log.Lines.Any(static line =>
                line.Contains("Permissions Violation for Subscription to", StringComparison.OrdinalIgnoreCase)), "the fault");

        await server.ReloadAsync(Configuration("data.>"));

        await peer.ReceiveAsync("ack");
    }

    private static string Message(int number, string to) => TestPeer.Data($"{number}", $$"""{"to":"{{to}}"}""");

    private static FederationSettings Settings(int port, string subject, PortType type, TlsNatsSettings? tls = null) => new()
    {
        Nats = new NatsSettings { Url = $"nats://node:secret@127.0.0.1:{port}", Tls = tls ?? new TlsNatsSettings() },
        Components =
        [
            TestNode.Component("edge-in") with
            {
                Ports = new PortsSettings { Outputs = [new OutputPortSettings { Name = "ws_data", Subject = subject,
                    Type = type, Stream = new StreamSettings { Name = type == PortType.Jetstream ? "data" : "" } }] },
            },
        ],
    };

    private static Task<TestNode> StartNodeAsync(NatsServer server, PortType type, TlsNatsSettings? tls = null) =>
        TestNode.StartAsync(Settings(server.Port, "data.{payload.to}.x", type, tls));

    private static Task<NatsServer> StartServerAsync(string configuration) =>
        NatsServer.StartAsync(new NatsServerOptions { ConfigText = configuration });

    private static async Task CreateStreamAsync(NatsServer server, PortType type)
    {
        if (type == PortType.Jetstream)
        {
            await using var connection = new NATS.Client.Core.NatsConnection(
                new NATS.Client.Core.NatsOpts { Url = $"nats://admin:secret@127.0.0.1:{server.Port}" });
            await new NATS.Client.JetStream.NatsJSContext(connection).CreateStreamAsync(
                new NATS.Client.JetStream.Models.StreamConfig("data", ["data.>"]));
        }
    }

    // What is on the command line a server of 2.9 does not reload.
    private string Configuration(string allowed, bool tls = false) => $$"""
        jetstream { store_dir: "{{_store.FullName}}" }
        authorization {
          users: [
            { user: admin, password: secret }
            { user: node, password: secret, permissions: { publish: ["{{allowed}}", "$JS.API.>"], subscribe: "_INBOX.>" } }
          ]
        }
        {{(tls ? $$"""tls { cert_file: "{{certificates["server.pem"]}}", key_file: "{{certificates["server.key"]}}" }""" : "")}}
        """;
}
