using System.Collections.Concurrent;
using System.Net.WebSockets;
using Akka.Streams;
using Akka.Streams.Dsl;
using Federation.Actors.Configuration;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>Peers with profiles try what these do not permit.</summary>
public sealed class ProfileTests : IAsyncLifetime
{
    private const int Rounds = 20;

    private static readonly ProfileSettings Sensor = new()
    {
        Name = "sensor",
        Publish = new PublishSettings { Allow = ["up.{peer}.>", "shared.*"], Deny = ["shared.secret"] },
        Receive = ["out.{peer}.>"],
        Methods = ["status", "subscribe", "replay"],
        Replay = false,
        MaxMessageSize = 1000,
    };

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("profile-tests-");
    private NatsServer _nats = null!;

    private string File => Path.Combine(_files.FullName, "peers.conf");

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        Write(Line("edge-1", "sensor"), Line("edge-2", "sensor"), Line("operator", null));
    }

    public async Task DisposeAsync()
    {
        await _nats.DisposeAsync();
        _files.Delete(recursive: true);
    }

    [Fact]
    public async Task Denied_attempts_of_every_kind_leave_nothing_on_the_bus()
    {
        await using var node = await StartAsync();
        await using var bus = await NatsSubscriber.StartAsync(_nats.Url, ">");
        await using var peer = await ConnectAsync(node, "edge-1", claimed: "edge-2");

        for (var i = 0; i < Rounds; i++)
        {
            Assert.Equal("not_permitted", await NackedAsync(peer, "up.edge-2.temp"));
            Assert.Equal("not_permitted", await NackedAsync(peer, "shared.secret"));
            Assert.Equal("not_permitted", await NackedAsync(peer, "shared.a.b"));
            Assert.Equal("not_permitted", await NackedAsync(peer, "up.edge-1"));
            Assert.Equal("too_large", await NackedAsync(peer, "up.edge-1.temp", new string('x', 1000)));
            Assert.Equal("not_permitted", await ErrorAsync(peer, Request("r", "reboot")));
            Assert.Equal("not_permitted", await ErrorAsync(peer, Request("r", "announce")));
            Assert.Equal("not_permitted", await ErrorAsync(peer, Request("r", "replay", """{"count":1}""")));
            Assert.Equal("too_large", await ErrorAsync(peer, Request("r", "status", $$"""{"x":"{{new string('x', 1000)}}"}""")));
            await peer.SendAsync(Request("", "reboot"));
            await peer.SendAsync("""{"type":"request","id":"","payload":{"params":"of no method"}}""");
            await peer.SendAsync("""{"type":"reply","id":"req-1","payload":{"status":"ok","result":"never requested"}}""");
        }

        await peer.SendAsync(Data("up.edge-1.temp", "21"));
        await peer.ReceiveAsync("ack");
        await bus.CountAsync(1);
        var published = Assert.Single(bus.Messages);
        Assert.Equal(("up.edge-1.temp", "edge-1"), (published.Subject, (string?)published.Headers!["Federation-Peer"]));
        Assert.Equal(4 * Rounds, await DenialsAsync(node, "publish"));
        Assert.Equal(2 * Rounds, await DenialsAsync(node, "size"));
        Assert.Equal(3 * Rounds, await DenialsAsync(node, "method"));
        Assert.Equal(Rounds, await DenialsAsync(node, "replay"));
        Assert.Equal(4 * Rounds, await node.MetricAsync("nacks_sent_total", "reason=\"not_permitted\""));
    }

    [Fact]
    public async Task A_peer_without_a_profile_may_do_everything()
    {
        await using var node = await StartAsync();
        await using var bus = await NatsSubscriber.StartAsync(_nats.Url, "up.>");
        await using var peer = await ConnectAsync(node, "operator");

        await peer.SendAsync(Data("up.edge-1.temp", $"\"{new string('x', 1000)}\""));
        await peer.ReceiveAsync("ack");

        Assert.Equal("unknown_method", await ErrorAsync(peer, Request("r", "reboot")));
        await bus.CountAsync(1);
        Assert.Equal(0, await node.MetricAsync("permission_denials_total"));
    }

    [Theory]
    [InlineData(PortType.Nats)]
    [InlineData(PortType.Jetstream)]
    public async Task A_placeholder_does_not_reach_outside_the_profile(PortType type)
    {
        await using var node = await StartAsync(component => component with
        {
            Ports = new PortsSettings
            {
                Outputs =
                [
                    new OutputPortSettings
                    {
                        Name = "ws_data", Subject = "{payload.kind}.{peer}", SubjectPrefix = "eu.", Type = type,
                        Stream = new StreamSettings { Name = "all", Create = true },
                    },
                ],
            },
            Auth = component.Auth with { Profiles = [Sensor with { Publish = new PublishSettings { Allow = ["eu.temp.{peer}"] } }] },
        });
        await using var bus = await NatsSubscriber.StartAsync(_nats.Url, "eu.>");
        await using var peer = await ConnectAsync(node, "edge-1");

        await peer.SendAsync(TestPeer.Data("1", """{"kind":"command"}"""));
        await peer.SendAsync(TestPeer.Data("2", """{"kind":"temp.edge-2"}"""));
        await peer.SendAsync(TestPeer.Data("3", """{"kind":"temp"}"""));

        var answers = new[] { await peer.ReceiveAsync(), await peer.ReceiveAsync(), await peer.ReceiveAsync() };
        Assert.Equal(
            ["1 nack", "2 nack", "3 ack"],
            answers.Select(answer => $"{answer.GetProperty("id").GetString()} {answer.GetProperty("type").GetString()}").Order());
        await bus.CountAsync(1);
        Assert.Equal("eu.temp.edge-1", Assert.Single(bus.Messages).Subject);
    }

    [Fact]
    public async Task Consumers_in_the_process_get_permitted_messages_only()
    {
        await using var node = await StartAsync(static component => component with
        {
            Ports = new PortsSettings
            {
                Outputs = [new OutputPortSettings { Name = "ws_data", Subject = "{subject}", Type = PortType.Local }],
            },
        });
        using var streams = node.System.Materializer();
        var consumed = new ConcurrentQueue<string>();
        _ = node.Federation.Source("edge-in").RunForeach(message => consumed.Enqueue(message.Subject), streams);
        await using var peer = await ConnectAsync(node, "edge-1");

        Assert.Equal("not_permitted", await NackedAsync(peer, "up.edge-2.temp"));
        await peer.SendAsync(Data("up.edge-1.temp", "1"));
        await peer.ReceiveAsync("ack");

        await Eventually.TrueAsync(() => !consumed.IsEmpty, "the message");
        Assert.Equal(["up.edge-1.temp"], consumed);
    }

    [Theory]
    [InlineData(PortType.Nats)]
    [InlineData(PortType.Jetstream)]
    public async Task A_peer_receives_only_the_subjects_of_its_profile(PortType type)
    {
        await using var stream = await EventStream.OpenAsync(_nats.Url);
        var profile = Sensor with { Receive = ["events.{peer}.>"] };
        await using var node = await StartAsync(component => component with
        {
            Ports = new PortsSettings { Inputs = [new InputPortSettings { Name = "in", Subject = "events.>", Type = type }] },
            Auth = component.Auth with { Profiles = [profile] },
        });
        await using var peer = await ConnectAsync(node, "edge-1");
        await using var all = await ConnectAsync(node, "operator");
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("peers") == 2, "both are known");
        await node.WhenAsync(static report => report.Ready, "ready");

        await stream.AddAsync(1, "events.edge-2.a");
        await stream.AddAsync(1, "events.edge-1.a");

        Assert.Equal("events.edge-1.a", await ReceivedAsync(peer));
        Assert.Equal("events.edge-2.a", await ReceivedAsync(all));
        Assert.Equal("events.edge-1.a", await ReceivedAsync(all));
        Assert.Equal(1, await DenialsAsync(node, "receive"));
        Assert.Equal(1, await node.OutputMetricAsync("messages_dropped_total", "reason=\"filtered\""));
        if (type == PortType.Jetstream)
        {
            Assert.All(await stream.ConsumersAsync(2), consumer => Assert.Equal(2ul, consumer.Delivered.StreamSeq));
            await Eventually.TrueAsync(
                async () => (await stream.ConsumersAsync(2)).All(static consumer => consumer.NumAckPending == 0), "all are acked");
        }
    }

    [Fact]
    public async Task A_changed_profile_applies_to_the_connected_peer_alone()
    {
        await using var node = await StartAsync();
        await using var changed = await ConnectAsync(node, "edge-1");
        await using var other = await ConnectAsync(node, "edge-2");
        Assert.Equal("not_permitted", await NackedAsync(changed, "commands.all"));

        Write(Line("edge-1", null), Line("edge-2", "sensor"), Line("operator", null));

        await changed.Closed;
        Assert.Equal((WebSocketCloseStatus)4003, changed.CloseStatus);
        await using var again = await ConnectAsync(node, "edge-1");
        await again.SendAsync(Data("commands.all", "1"));
        await again.ReceiveAsync("ack");
        Assert.Equal("not_permitted", await NackedAsync(other, "commands.all"));
    }

    [Fact]
    public async Task An_unknown_profile_changes_nothing_and_is_shown()
    {
        await using var node = await StartAsync();
        await using var peer = await ConnectAsync(node, "edge-1");

        Write(Line("edge-1", "senser"));

        await Eventually.TrueAsync(async () => await node.MetricAsync("credential_files_failing") == 1, "the fault");
        Assert.Equal("not_permitted", await NackedAsync(peer, "commands.all"));
        await using var other = await ConnectAsync(node, "edge-2");
    }

    [Fact]
    public async Task A_profile_permits_fewer_connections_than_the_component()
    {
        await using var node = await StartAsync(static component => component with
        {
            Server = component.Server with { MaxConnectionsPerPeer = 3 },
            Ports = component.Ports with { Inputs = [] },
            Auth = component.Auth with { Profiles = [Sensor with { MaxConnections = 1 }] },
        });
        await using var bus = await NatsSubscriber.StartAsync(_nats.Url, ">");
        await using var first = await ConnectAsync(node, "edge-1");
        await using var one = await ConnectAsync(node, "operator");
        await using var two = await ConnectAsync(node, "operator");

        await using var second = await ConnectAsync(node, "edge-1");

        await first.Closed;
        Assert.Equal((WebSocketCloseStatus)4001, first.CloseStatus);
        Assert.Equal(3, await node.MetricAsync("connections_active"));
        Assert.Equal(1, await DenialsAsync(node, "connections"));
        Assert.Empty(bus.Messages);
    }

    [Fact]
    public async Task A_peer_that_sends_faster_than_its_profile_permits_is_read_later()
    {
        await using var node = await StartAsync(static component => component with
        {
            Auth = component.Auth with { Profiles = [Sensor with { MaxRate = 100 }] },
        });
        await using var peer = await ConnectAsync(node, "edge-1");
        await using var other = await ConnectAsync(node, "operator");

        for (var i = 0; i < 100; i++)
        {
            await peer.SendAsync(Data("up.edge-1.temp", "1"));
        }

        await other.SendAsync(Data("up.operator", "1"));
        await other.ReceiveAsync("ack");
        Assert.InRange(await node.MetricAsync("acks_sent_total"), 1, 90);
        for (var i = 0; i < 100; i++)
        {
            await peer.ReceiveAsync("ack");
        }

        Assert.InRange(await DenialsAsync(node, "rate"), 1, 100);
    }

    [Fact]
    public async Task Peers_of_a_shared_token_have_the_profile_of_the_component()
    {
        var token = Path.Combine(_files.FullName, "token");
        await System.IO.File.WriteAllTextAsync(token, "token-shared");
        await using var node = await StartAsync(component => component with
        {
            Auth = component.Auth with { BearerTokenFile = token, Profile = "sensor" },
        });
        await using var shared = await ConnectAsync(node, "shared", claimed: "edge-9");
        await using var line = await ConnectAsync(node, "operator");

        Assert.Equal("not_permitted", await NackedAsync(shared, "up.edge-1.temp"));
        await shared.SendAsync(Data("up.edge-9.temp", "1"));
        await shared.ReceiveAsync("ack");
        Assert.Equal("not_permitted", await NackedAsync(line, "up.edge-1.temp"));
    }

    [Fact]
    public async Task Peers_without_credentials_have_the_profile_of_the_component()
    {
        await using var node = await StartAsync(static component => component with
        {
            Auth = new AuthSettings { Profiles = [Sensor], Profile = "sensor" },
        });
        await using var peer = await ConnectAsync(node, "edge-9");

        Assert.Equal("not_permitted", await NackedAsync(peer, "up.edge-1.temp"));
        Assert.Equal("not_permitted", await ErrorAsync(peer, Request("r", "reboot")));
    }

    private static string Line(string name, string? profile) =>
        $"{name} {{ secret = \"{PeerTable.HashOf($"token-{name}")}\"{(profile is null ? "" : $", profile = {profile}")} }}";

    private static string Data(string subject, string payload) =>
        $$"""{"type":"data","id":"1","subject":"{{subject}}","payload":{{payload}}}""";

    private static string Request(string id, string method, string parameters = "{}") =>
        $$$"""{"type":"request","id":"{{{id}}}","payload":{"method":"{{{method}}}","params":{{{parameters}}}}}""";

    private static Task<TestPeer> ConnectAsync(TestNode node, string name, string? claimed = null) =>
        TestPeer.ConnectAsync(node.Url, options =>
        {
            options.SetRequestHeader("Authorization", $"Bearer token-{name}");
            options.SetRequestHeader("X-Federation-Peer", claimed ?? name);
        });

    private static Task<double> DenialsAsync(TestNode node, string reason) =>
        node.MetricAsync("permission_denials_total", $"reason=\"{reason}\"");

    private static async Task<string?> NackedAsync(TestPeer peer, string subject, string payload = "1")
    {
        await peer.SendAsync(Data(subject, $"\"{payload}\""));
        return (await peer.ReceiveAsync("nack")).GetProperty("payload").GetProperty("reason").GetString();
    }

    private static async Task<string?> ErrorAsync(TestPeer peer, string request)
    {
        await peer.SendAsync(request);
        return (await peer.ReceiveAsync("reply")).GetProperty("payload").GetProperty("error").GetProperty("code").GetString();
    }

    private static async Task<string?> ReceivedAsync(TestPeer peer)
    {
        var envelope = await peer.ReceiveAsync("data");
        await peer.SendAsync($$"""{"type":"ack","id":{{envelope.GetProperty("id").GetRawText()}}}""");
        return envelope.GetProperty("subject").GetString();
    }

    private Task<TestNode> StartAsync(Func<ComponentSettings, ComponentSettings>? change = null) =>
        TestNode.StartAsync(_nats.Url, component =>
    {
        component = component with
        {
            Auth = new AuthSettings { Type = AuthType.Bearer, PeersFile = File, Profiles = [Sensor] },
            Ports = new PortsSettings
            {
                Inputs = [new InputPortSettings { Name = "in", Subject = "out.>" }],
                Outputs =
                [
                    new OutputPortSettings { Name = "ws_data", Subject = "{subject}" },
                    new OutputPortSettings { Name = "ws_control", Subject = "federated.control" },
                ],
            },
        };
        return change is null ? component : change(component);
    });

    private void Write(params string[] lines)
    {
        System.IO.File.WriteAllLines(File + ".new", lines);
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }
}
