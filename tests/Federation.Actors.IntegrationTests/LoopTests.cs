using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests;

/// <summary>What a message says of the nodes it has passed, what the node makes of that, and what it says on NATS.</summary>
public sealed class LoopTests : IAsyncLifetime
{
    private const string Next = """{"type":"data","id":"next","payload":1}""";

    private NatsServer _nats = null!;
    private TestNode _node = null!;
    private NatsSubscriber _subscriber = null!;
    private TestPeer _peer = null!;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync();
        _node = await TestNode.StartAsync(new FederationSettings
        {
            NodeId = "node-1",
            MaxHops = 4,
            Nats = new NatsSettings { Url = _nats.Url },
            Components = [TestNode.Component("edge-in")],
        });
        _subscriber = await NatsSubscriber.StartAsync(_nats.Url, "federated.data");
        _peer = await TestPeer.ConnectAsync(_node.Url, static options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));
    }

    public async Task DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _subscriber.DisposeAsync();
        await _node.DisposeAsync();
        await _nats.DisposeAsync();
    }

    [Theory]
    [InlineData("""["node-1"]""", "the message has already passed through this node: its via contains this node")]
    [InlineData("""["edge-7","node-1","hub"]""", "the message has already passed through this node: its via contains this node")]
    [InlineData("""["a","b","c","d"]""", "the message has passed through as many nodes as max_hops allows")]
    public async Task A_message_that_goes_round_in_circles_is_nacked_and_not_published(string via, string error)
    {
        await _peer.SendAsync($$"""{"type":"data","id":"round","via":{{via}},"payload":0}""");
        await _peer.SendAsync($$"""{"type":"data","via":{{via}},"payload":0}""");
        await _peer.SendAsync(Next);

        var nack = await _peer.ReceiveAsync();
        Assert.Equal(("nack", "round"), (nack.GetProperty("type").GetString(), nack.GetProperty("id").GetString()));
        Assert.Equal("loop", nack.GetProperty("payload").GetProperty("reason").GetString());
        Assert.Equal(error, nack.GetProperty("payload").GetProperty("error").GetString());
        await AssertNextIsAckedAsync();
        await _subscriber.CountAsync(1);
        Assert.Equal(["1"], _subscriber.Payloads);
        Assert.Equal(2, await _node.MetricAsync("messages_dropped_total", "reason=\"loop\""));
        Assert.Equal(1, await _node.MetricAsync("nacks_sent_total", "reason=\"loop\""));
        Assert.Equal(1, await _node.MetricAsync("errors_total", "type=\"missing_id\""));
        await _node.AssertConservedAsync();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"node-2\"")]
    [InlineData("[\"node 2\"]")]
    [InlineData("[\"node-2\",[\"node-3\"]]")]
    [InlineData("[\"a\\u0062\"]")]
    [InlineData("[\"a\\r\\nNats-Msg-Id: x\"]")]
    public async Task A_forged_list_of_nodes_is_a_parse_error_and_the_connection_stays(string via)
    {
        await _peer.SendAsync($$"""{"type":"data","id":"forged","via":{{via}},"payload":0}""");
        await _peer.SendAsync(Next);

        await AssertNextIsAckedAsync();
        await _subscriber.CountAsync(1);
        Assert.Equal(["1"], _subscriber.Payloads);
        Assert.Equal(1, await _node.MetricAsync("errors_total", "type=\"parse_error\""));
    }

    [Theory]
    [InlineData("[]", "node-1", "node-1")]
    [InlineData("""["hub"]""", "hub", "hub,node-1")]
    [InlineData("""[ "a","b" , "c" ]""", "a", "a,b,c,node-1")]
    public async Task Subscribers_see_where_a_message_comes_from_and_which_nodes_it_has_passed(string via, string origin, string passed)
    {
        await _peer.SendAsync($$"""{"type":"data","id":"first","via":{{via}},"payload":0}""");
        await _peer.SendAsync(Next);
        Assert.Equal("first", (await _peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        await AssertNextIsAckedAsync();

        await _subscriber.CountAsync(2);
        Assert.Equal(
            [(origin, passed, "edge-7"), ("node-1", "node-1", "edge-7")],
            _subscriber.Messages.Select(message => message.Headers!)
                .Select(headers => (
                    headers["Federation-Origin"].ToString(), headers["Federation-Via"].ToString(), headers["Federation-Peer"].ToString())));
    }

    [Fact]
    public async Task Via_counts_where_many_messages_stand_in_one_batch()
    {
        for (var i = 0; i < 1000; i++)
        {
            await _peer.SendAsync($$"""{"type":"data","id":"{{i}}","payload":{{i}},"via":["{{(i % 2 == 0 ? "hub" : "node-1")}}"]}""");
        }

        var answers = new List<(string Type, string Id)>();
        while (answers.Count < 1000)
        {
            var answer = await _peer.ReceiveAsync();
            answers.Add((answer.GetProperty("type").GetString()!, answer.GetProperty("id").GetString()!));
        }

        Assert.Equal(Even(0), answers.Where(answer => answer.Type is "ack").Select(answer => answer.Id));
        Assert.Equal(Even(1), answers.Where(answer => answer.Type is "nack").Select(answer => answer.Id));
        await _subscriber.CountAsync(500);
        Assert.Equal(Even(0), _subscriber.Payloads);
        Assert.All(_subscriber.Messages, message => Assert.Equal("hub,node-1", message.Headers!["Federation-Via"].ToString()));
        await _node.AssertConservedAsync();

        static IEnumerable<string> Even(int from) => Enumerable.Range(0, 500).Select(i => $"{i * 2 + from}");
    }

    [Fact]
    public async Task A_message_that_two_nodes_send_each_other_goes_round_once_and_is_what_it_was()
    {
        await using var mirror = await TestNode.StartAsync(Node("node-2", TestNode.Component("edge-in") with
        {
            Ports = new PortsSettings { Outputs = [new OutputPortSettings { Name = "ws_data", Subject = "{subject}", DecodeRaw = true }] },
        }));
        await using var sender = await TestNode.StartAsync(Node("node-3", TestNode.Component("edge-out") with
        {
            Mode = ComponentMode.Client,
            Client = new ClientSettings { Url = mirror.Url.ToString() },
            Ports = new PortsSettings { Inputs = [new InputPortSettings { Name = "all", Subject = "round.>" }] },
        }));
        await using var round = await NatsSubscriber.StartAsync(_nats.Url, "round.a.b");
        await using var nats = new NatsConnection(new NatsOpts { Url = _nats.Url });
        byte[] bytes = [0, 255, 128, 10];
        await Eventually.TrueAsync(
            async () =>
            {
                await nats.PublishAsync("round.probe", "1"u8.ToArray());
                return await mirror.MetricAsync("nacks_sent_total", "reason=\"loop\"") > 0;
            },
            "the two know each other");

        await nats.PublishAsync("round.a.b", bytes);
        await round.CountAsync(2);
        await Eventually.TrueAsync(async () => await sender.OutputMetricAsync("messages_held") == 0, "all is answered");

        Assert.Equal([bytes, bytes], round.Messages.Select(message => message.Data));
        Assert.Equal("node-3,node-2", round.Messages.Last().Headers!["Federation-Via"].ToString());
        Assert.Equal("node-3", round.Messages.Last().Headers!["Federation-Origin"].ToString());
        Assert.Equal(
            await mirror.MetricAsync("nacks_sent_total", "reason=\"loop\""), await sender.OutputMetricAsync(
                "messages_dropped_total", "reason=\"loop\""));
    }

    private FederationSettings Node(string id, ComponentSettings component) =>
        new() { NodeId = id, Nats = new NatsSettings { Url = _nats.Url }, Components = [component] };

    private async Task AssertNextIsAckedAsync()
    {
        var answer = await _peer.ReceiveAsync();
        Assert.Equal(("ack", "next"), (answer.GetProperty("type").GetString(), answer.GetProperty("id").GetString()));
    }
}
