using Federation.Actors.Diagnostics;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests;

/// <summary>An output whose stream takes nothing says so, and works again without a restart once the cause is gone.</summary>
[Trait("Servers", "All")]
public sealed class OutputFaultTests : IAsyncLifetime
{
    private const string Stream = "federated";
    private NatsServer _nats = null!;
    private NatsConnection _connection = null!;
    private NatsJSContext _context = null!;
    private int _sent;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        _connection = new NatsConnection(new NatsOpts { Url = _nats.Url });
        _context = new NatsJSContext(_connection);
    }

    public async Task DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _nats.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_that_is_deleted_is_made_again_where_that_is_asked_for_and_no_message_is_nacked()
    {
        await using var node = await StartAsync(create: true);
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        Assert.Equal("ack", await SendAsync(peer));

        await _context.DeleteStreamAsync(Stream);

        Assert.Equal("ack", await SendAsync(peer));
        Assert.Equal(1, (await _context.GetStreamAsync(Stream)).Info.State.Messages);
        await WorksAsync(node);
    }

    [Fact]
    public async Task A_stream_that_is_deleted_is_a_fault_and_not_ready_until_it_is_back()
    {
        await CreateAsync();
        await using var node = await StartAsync();
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        Assert.Equal("ack", await SendAsync(peer));

        await _context.DeleteStreamAsync(Stream);
        Assert.Equal("nack", await SendAsync(peer));
        await FailsAsync(node,
            "port ws_data (subject federated.data, stream federated) has failed: the subject federated.data is in no stream; create",
            isReady: false);
        Assert.Equal("error", (await node.StateAsync()).Headline.Level);

        await CreateAsync();
        await WorksAsync(node);
        Assert.Equal("ack", await SendAsync(peer));
    }

    [Fact]
    public async Task A_stream_without_acks_is_a_fault_at_once()
    {
        await CreateAsync(static config => config with { NoAck = true });
        await using var node = await StartAsync();
        await FailsAsync(node, "the stream federated has no_ack", isReady: false);

        await _context.UpdateStreamAsync(Config() with { NoAck = false });

        await WorksAsync(node);
    }

    public static TheoryData<string, StreamConfig, string> Full => new()
    {
        { "max_msgs", Config() with { MaxMsgs = 1 }, "maximum messages exceeded; make room in the stream" },
        { "max_bytes", Config() with { MaxBytes = 200 }, "maximum bytes exceeded; make room in the stream" },
        { "max_msgs_per_subject", Config() with { MaxMsgsPerSubject = 1, DiscardNewPerSubject = true, MaxMsgs = 100 },
            "maximum messages per subject exceeded; raise max_msgs_per_subject of the stream" },
    };

    [Theory]
    [MemberData(nameof(Full))]
    public async Task A_full_stream_is_a_fault_until_it_takes_messages_again(string limit, StreamConfig config, string fault)
    {
        _ = limit;
        await CreateAsync(_ => config);
        await using var node = await StartAsync();
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        Assert.Equal("ack", await SendAsync(peer));

        Assert.Equal("nack", await SendAsync(peer));
        await FailsAsync(node, fault, isReady: true);

        await (await _context.GetStreamAsync(Stream)).PurgeAsync(new StreamPurgeRequest());
        Assert.Equal("ack", await SendAsync(peer));
        await WorksAsync(node);
    }

    [Fact]
    public async Task A_message_that_is_too_large_for_the_stream_is_a_fault_until_it_takes_such_messages()
    {
        await CreateAsync(static config => config with { MaxMsgSize = 300 });
        await using var node = await StartAsync();
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        var large = $"\"{new string('x', 400)}\"";
        Assert.Equal("ack", await SendAsync(peer));

        Assert.Equal("nack", await SendAsync(peer, large));
        await FailsAsync(node, "message size exceeds maximum allowed", isReady: true);

        await _context.UpdateStreamAsync(Config() with { MaxMsgSize = 1000 });
        Assert.Equal("ack", await SendAsync(peer, large));
        await WorksAsync(node);
    }

    [Fact]
    public async Task Storage_of_the_account_that_is_used_up_is_a_fault_until_there_is_more()
    {
        await _connection.DisposeAsync();
        await _nats.DisposeAsync();
        _nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true, ConfigText = Account });
        _connection = new NatsConnection(new NatsOpts { Url = _nats.Url });
        _context = new NatsJSContext(_connection);
        await CreateAsync();
        await using var node = await StartAsync();
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        var large = $"\"{new string('x', 30_000)}\"";

        await Eventually.TrueAsync(async () => await SendAsync(peer, large) is "nack", "no more room");
        await FailsAsync(node, "resource limits exceeded for account", isReady: true);

        await (await _context.GetStreamAsync(Stream)).PurgeAsync(new StreamPurgeRequest());
        Assert.Equal("ack", await SendAsync(peer));
        await WorksAsync(node);
    }

    [Fact]
    public async Task A_server_that_is_frozen_under_load_is_told_within_seconds()
    {
        await using var node = await TestNode.StartAsync(_nats.Url);
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        Assert.Equal("ack", await SendAsync(peer));

        _nats.Suspend();
        await peer.SendAsync(TestPeer.Data("frozen", "1"));
        await Eventually.TrueAsync(
            async () => (await node.StateAsync()).Headline is { Level: not "ok", Text: var text }
                && text.Contains("has confirmed nothing for", StringComparison.Ordinal), "it is told");
        _nats.Resume();

        Assert.Equal("frozen", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
    }

    private static StreamConfig Config() => new(Stream, ["federated.>"]) { Discard = StreamConfigDiscard.New };

    private const string Account = """
        accounts { A { users = [ { user: node, password: secret } ], jetstream { max_mem: 1MB, max_file: 100KB } } }
        no_auth_user: node
        """;

    private static async Task FailsAsync(TestNode node, string text, bool isReady)
    {
        await node.WhenAsync(
            report => report.Ready == isReady && report.Components["edge-in"].Faults is [var fault]
                && fault.Contains(text, StringComparison.Ordinal), $"ready {isReady}: {text}");
        await Eventually.TrueAsync(async () => await node.MetricAsync("publish_failing") == 1, "the metric");
    }

    private static async Task WorksAsync(TestNode node)
    {
        await node.WhenAsync(static report => report.Ready && report.Components["edge-in"].Faults is null, "ready without faults");
        await Eventually.TrueAsync(async () => await node.MetricAsync("publish_failing") == 0, "the metric");
    }

    private async Task CreateAsync(Func<StreamConfig, StreamConfig>? change = null) =>
        await _context.CreateStreamAsync(change is null ? Config() : change(Config()));

    private Task<TestNode> StartAsync(bool create = false) => TestNode.StartAsync(_nats.Url, component => component with
    {
        Ports = new PortsSettings
        {
            Outputs =
            [
                new OutputPortSettings
                {
                    Name = PortsSettings.DataName,
                    Subject = "federated.data",
                    Type = PortType.Jetstream,
                    PublishTimeout = TimeSpan.FromSeconds(1),
                    Stream = new StreamSettings { Name = Stream, Create = create },
                },
            ],
        },
    });

    /// <summary>Sends a message and says what it is answered.</summary>
    private async Task<string> SendAsync(TestPeer peer, string payload = "1")
    {
        await peer.SendAsync(TestPeer.Data($"{++_sent}", payload));
        return (await peer.ReceiveAsync()).GetProperty("type").GetString()!;
    }
}
