using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Nats;
using Federation.Actors.Requests;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests;

/// <summary>
/// A control port, or a connection, that the server refuses is told with the server's words, and works once it is let in.
/// </summary>
[Trait("Servers", "All")]
public sealed class ControlFaultTests
{
    [Fact]
    public async Task A_control_port_that_gets_no_connection_says_why_and_connects_when_there_is_room()
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = "max_connections: 1" });
        var other = new NatsConnection(new NatsOpts { Url = nats.Url });
        await other.ConnectAsync();
        using var system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        using var owner = Inbox.Create(system);
        await using var bus = Bus(nats.Url);
        bus.Start(owner.Receiver);

        var fault = await Task.Run(() => Next<ControlProtocol.Failed>(owner));
        Assert.Equal((PortsSettings.ControlName, "subject ctl"), (fault.Fault.Port, fault.Fault.Target));
        Assert.Contains("maximum connections exceeded", fault.Fault.Reason, StringComparison.Ordinal);
        Assert.Contains("raise the limit", fault.Fault.Remedy, StringComparison.Ordinal);

        await other.DisposeAsync();
        await Task.Run(() => Next<ControlProtocol.Recovered>(owner));
    }

    [Fact]
    public async Task An_input_that_gets_no_connection_says_why_and_connects_when_there_is_room()
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = "max_connections: 1" });
        var other = new NatsConnection(new NatsOpts { Url = nats.Url });
        await other.ConnectAsync();
        await using var node = await SendingNode.StartUnreadyAsync(nats.Url, SendingNode.Core);
        await node.WhenAsync(
            static report => !report.Ready && report.Components["out"].Details.Nats.LastError?.Contains(
                "maximum connections exceeded", StringComparison.Ordinal) == true,
            "the server's words");

        await other.DisposeAsync();
        await node.WhenAsync(static report => report.Ready, "ready");
    }

    [Fact]
    public async Task Control_subjects_that_are_refused_are_told_and_work_when_they_are_granted()
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = Config("ctl.>") });
        await using var node = await SendingNode.StartUnreadyAsync(Url(nats, "node"), SendingNode.Core, control: "ctl");
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await using var caller = await NatsCaller.StartAsync(Url(nats, "owner"));

        for (var round = 1; round <= 2; round++)
        {
            await FailsAsync(node, "(subject ctl.", "NATS reports: Permissions Violation for Subscription to \"ctl.");
            await nats.ReloadAsync(Config("none"));
            await node.WhenAsync(static report => report.Ready && report.Components["out"].Faults is null, "ready without faults");
            await caller.WhenAnsweredAsync("ctl.peers", "");
            Assert.Equal(1, (await caller.WhenAnsweredAsync("ctl.peers", "")).GetProperty("result").GetProperty("total").GetInt32());
            await Eventually.TrueAsync(async () => await node.MetricAsync("control_failing") == 0, "the control port does not fail");
            await nats.ReloadAsync(Config("ctl.>"));
        }

        await FailsAsync(node, "(subject ctl.", "NATS reports: Permissions Violation for Subscription to \"ctl.");
    }

    [Fact]
    public async Task A_control_subject_that_may_not_be_published_to_is_told()
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = Config("none", "ctl.request") });
        await using var node = await SendingNode.StartAsync(Url(nats, "node"), SendingNode.Core, control: "ctl");
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");

        await peer.AskAsync("status", "{}");

        await FailsAsync(node, "(subject ctl.request)",
            "Permissions Violation for Publish to \"ctl.request\"; allow the node's NATS user to publish to it");
    }

    /// <summary>The library subscribes again before it calls the connection open: a request may come in between.</summary>
    [Fact]
    public async Task An_answer_to_a_request_that_comes_while_the_connection_is_made_again_is_sent_once_it_is_open()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"nats://{listener.LocalEndpoint}";
        using var system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        using var owner = Inbox.Create(system);
        await using var bus = Bus(url);
        bus.Start(owner.Receiver);
        using (var first = await AcceptAsync(listener))
        {
            await first.WriteAsync("PONG\r\n"u8.ToArray());
            await ReadUntilAsync(first, "SUB ctl.peers");
        }

        using var second = await AcceptAsync(listener);
        var id = (await ReadUntilAsync(second, "SUB ctl.peers ")).Trim();
        await second.WriteAsync(Encoding.ASCII.GetBytes($"MSG ctl.peers {id} asker 0\r\n\r\n"));
        var asked = await Task.Run(() => Next<ControlProtocol.PeersAsked>(owner));
        Assert.True(bus.TryAnswer(asked.ReplyTo, "{}"u8.ToArray()));
        await second.WriteAsync("PONG\r\n"u8.ToArray());

        await ReadUntilAsync(second, "PUB asker 2");
    }

    /// <summary>The next connection, which has said who it is.</summary>
    private static async Task<NetworkStream> AcceptAsync(TcpListener listener)
    {
        var stream = new NetworkStream(await listener.AcceptSocketAsync().WaitAsync(Patience.Long), ownsSocket: true);
        await stream.WriteAsync("INFO {\"server_id\":\"a\",\"max_payload\":1000,\"headers\":true}\r\n"u8.ToArray());
        return stream;
    }

    /// <summary>Reads up to the line that begins so.</summary>
    /// <returns>The rest of that line.</returns>
    private static async Task<string> ReadUntilAsync(NetworkStream stream, string start)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (true)
        {
            var line = await reader.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("ended without " + start);
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return line[start.Length..];
            }
        }
    }

    private static NatsControlBus Bus(string url) => new(
        new NatsLink(new Shared<SharedConnection>(() =>
            new SharedConnection(new NatsOpts { Url = url, ConnectTimeout = TimeSpan.FromSeconds(2) }, new NatsServers(url)))), "ctl");

    private static T Next<T>(Inbox owner)
    {
        while (true)
        {
            if (owner.Receive(Patience.Long) is T found)
            {
                return found;
            }
        }
    }

    private static async Task FailsAsync(TestNode node, string target, string text)
    {
        await node.WhenAsync(
            report => !report.Ready && report.Components["out"].Faults is [var fault]
                && fault.StartsWith($"port ws_control {target}", StringComparison.Ordinal)
                    && fault.Contains(text, StringComparison.Ordinal),
            $"not ready: {target} {text}");
        Assert.Equal(1, await node.MetricAsync("control_failing"));
    }

    private static string Url(NatsServer nats, string user) => $"nats://{user}:secret@127.0.0.1:{nats.Port}";

    private static string Config(string denied, string mute = "none") => $$"""
        authorization {
          users: [
            { user: owner, password: secret }
            { user: node, password: secret, permissions: { publish: { deny: "{{mute}}" }, subscribe: { deny: "{{denied}}" } } }
          ]
        }
        """;
}
