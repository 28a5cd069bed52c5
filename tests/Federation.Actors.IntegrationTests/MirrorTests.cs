using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests;

/// <summary>Messages that are published as they were at their source: on their own subject, and as the bytes that were wrapped.</summary>
public sealed class MirrorTests : IAsyncLifetime
{
    private NatsServer _nats = null!;

    public async Task InitializeAsync() => _nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });

    public async Task DisposeAsync() => await _nats.DisposeAsync();

    [Theory]
    [InlineData("{subject}", "", "factory.line-1.temp", "factory.line-1.temp")]
    [InlineData("{subject}", "eu.", "factory.line-1.temp", "eu.factory.line-1.temp")]
    [InlineData("mirror.{peer}.{subject}", "", "a.b", "mirror.edge-7.a.b")]
    [InlineData("mirror.{subject}", "", "a..b c.>.*", "mirror.a._.b_c._._")]
    [InlineData("federated.data", "eu.", "a.b", "eu.federated.data")]
    public async Task A_message_is_published_on_its_own_subject(string subject, string prefix, string own, string expected)
    {
        await using var node = await StartAsync(output => output with { Subject = subject, SubjectPrefix = prefix });
        await using var subscriber = await NatsSubscriber.StartAsync(_nats.Url, expected);
        await using var peer = await ConnectAsync(node);

        await peer.SendAsync($$"""{"type":"data","id":"1","subject":"{{own}}","payload":"x"}""");

        await peer.ReceiveAsync("ack");
        await subscriber.CountAsync(1);
        Assert.Equal(["\"x\""], subscriber.Payloads);
    }

    [Fact]
    public async Task A_message_that_names_no_subject_is_published_on_an_underscore()
    {
        await using var node = await StartAsync(output => output with { Subject = "{subject}" });
        await using var subscriber = await NatsSubscriber.StartAsync(_nats.Url, "_");
        await using var peer = await ConnectAsync(node);

        await peer.SendAsync(TestPeer.Data("1", "1"));

        await peer.ReceiveAsync("ack");
        await subscriber.CountAsync(1);
    }

    [Fact]
    public async Task No_peer_reaches_the_servers_own_subjects()
    {
        await using var nats = new NatsConnection(new NatsOpts { Url = _nats.Url });
        var context = new NatsJSContext(nats);
        await context.CreateStreamAsync(new StreamConfig("victim", ["victim"]));
        await using var node = await StartAsync(output => output with { Subject = "{subject}" });
        await using var all = await NatsSubscriber.StartAsync(_nats.Url, ">");
        await using var peer = await ConnectAsync(node);

        await peer.SendAsync("""{"type":"data","id":"1","subject":"$JS.API.STREAM.DELETE.victim","payload":1}""");
        await peer.SendAsync("""{"type":"data","id":"2","subject":"\u0024JS.API.STREAM.PURGE.victim","payload":2}""");
        await peer.SendAsync("""{"type":"data","id":"3","subject":" INBOX.someone","payload":3}""");
        await peer.SendAsync("""{"type":"data","id":"4","subject":"open","payload":4}""");
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < 4; i++)
        {
            var answer = await peer.ReceiveAsync();
            answers.Add(
                answer.GetProperty("id").GetString()!,
                answer.TryGetProperty("payload", out var payload)
                    ? payload.GetProperty("reason").GetString()! : answer.GetProperty("type").GetString()!);
        }

        Assert.Equal(
            ["1 not_permitted", "2 not_permitted", "3 not_permitted", "4 ack"], answers.Select(pair => $"{pair.Key} {pair.Value}").Order());
        await all.CountAsync(1);
        Assert.Equal(["open"], all.Messages.Select(message => message.Subject));
        Assert.Equal("victim", (await context.GetStreamAsync("victim")).Info.Config.Name);
    }

    [Fact]
    public async Task A_stream_listens_to_all_that_messages_may_name()
    {
        await using var node = await StartAsync(output => output with
        {
            Subject = "mirror.{subject}",
            Type = PortType.Jetstream,
            Stream = new StreamSettings { Name = "mirror", Create = true },
            DecodeRaw = true,
        });
        await using var peer = await ConnectAsync(node);

        await peer.SendAsync("""{"type":"data","id":"1","subject":"a.b.c","via":["hub"],"payload":{"type":"raw_data","data":"plain"}}""");
        await peer.ReceiveAsync("ack");

        var stored = Assert.Single(await StreamedMessage.ReadAllAsync(_nats.Url, "mirror"));
        Assert.Equal(("mirror.a.b.c", "plain"), (stored.Subject, stored.Payload));
        Assert.Equal("hub,node-1", stored.Headers!["Federation-Via"]);
        Assert.Equal("edge-in/edge-7/1", stored.Headers["Nats-Msg-Id"]);
    }

    [Fact]
    public async Task Wrapped_bytes_are_published_as_they_were_and_all_else_as_it_came()
    {
        byte[] bytes = [0, 255, 13, 10, 128, 34];
        await using var node = await StartAsync(static output => output with { DecodeRaw = true });
        await using var subscriber = await NatsSubscriber.StartAsync(_nats.Url, "federated.data");
        await using var peer = await ConnectAsync(node);
        const string Bad = """{"type":"raw_data","encoding":"base64","data":"no base64"}""";

        await peer.SendAsync(
            TestPeer.Data("1", $$"""{"data":"{{Convert.ToBase64String(bytes)}}","type":"raw_data","encoding":"base64","timestamp":1}"""));
        await peer.SendAsync(TestPeer.Data("2", """{"type":"raw_data","data":"a\n\u00e9\u003c","subject":"x","timestamp":1}"""));
        await peer.SendAsync(TestPeer.Data("3", Bad));
        await peer.SendAsync(TestPeer.Data("4", """{ "plain" : 1 }"""));
        await peer.SendAsync(TestPeer.Data("5", """{"type":"raw_data","data":""}"""));
        for (var i = 0; i < 5; i++)
        {
            await peer.ReceiveAsync("ack");
        }

        await subscriber.CountAsync(5);
        Assert.Equal(
            [bytes, "a\né<"u8.ToArray(), System.Text.Encoding.UTF8.GetBytes(Bad), "{ \"plain\" : 1 }"u8.ToArray(), []],
            subscriber.Messages.Select(message => message.Data ?? []));
    }

    [Fact]
    public async Task Wrapped_bytes_stay_wrapped_unless_the_port_unwraps_them()
    {
        await using var node = await StartAsync(static output => output);
        await using var subscriber = await NatsSubscriber.StartAsync(_nats.Url, "federated.data");
        await using var peer = await ConnectAsync(node);

        await peer.SendAsync(TestPeer.Data("1", """{"type":"raw_data","data":"x"}"""));

        await subscriber.CountAsync(1);
        Assert.Equal(["""{"type":"raw_data","data":"x"}"""], subscriber.Payloads);
    }

    private static Task<TestPeer> ConnectAsync(TestNode node) =>
        TestPeer.ConnectAsync(node.Url, static options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));

    private Task<TestNode> StartAsync(Func<OutputPortSettings, OutputPortSettings> change) => TestNode.StartAsync(new FederationSettings
    {
        NodeId = "node-1",
        Nats = new NatsSettings { Url = _nats.Url },
        Components =
        [
            TestNode.Component("edge-in") with
            {
                Ports = new PortsSettings { Outputs = [change(new OutputPortSettings { Name = "ws_data", Subject = "federated.data" })] },
            },
        ],
    });
}
