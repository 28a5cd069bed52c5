using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests;

/// <summary>An ack of a JetStream port means that the stream has the message.</summary>
[Trait("Servers", "All")]
public sealed class JetStreamTests : IAsyncLifetime
{
    private NatsServer _nats = null!;

    public async Task InitializeAsync() => _nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });

    public async Task DisposeAsync() => await _nats.DisposeAsync();

    [Fact]
    public async Task Messages_are_in_the_stream_once_in_order_and_with_their_headers()
    {
        await using var node = await StartAsync();
        await using var peer = await NumberedSender.ConnectAsync(node.Url, "edge-7", lasting: true);

        await peer.SendAsync(20_000);
        await peer.AllAnsweredAsync();

        Assert.Equal(Enumerable.Range(0, 20_000), peer.Acked);
        var stored = await ReadAsync();
        Assert.Equal(Enumerable.Range(0, 20_000), peer.NumbersIn(stored.Select(message => message.Payload)));
        var first = stored[0].Headers!;
        Assert.Equal("edge-in/edge-7/edge-7-0", first["Nats-Msg-Id"]);
        Assert.Equal("node-1", first["Federation-Origin"]);
        Assert.Equal("node-1", first["Federation-Via"]);
        Assert.Equal("edge-7", first["Federation-Peer"]);
        await node.AssertConservedAsync();
    }

    [Fact]
    public async Task A_repeat_of_a_lasting_peer_is_acked_and_stored_once_and_that_of_another_is_stored_twice()
    {
        await using var node = await StartAsync();
        await using var lasting = await TestPeer.ConnectAsync(node.Url, options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));
        await using var passing = await TestPeer.ConnectAsync(node.Url);

        foreach (var peer in new[] { lasting, lasting, passing, passing })
        {
            await peer.SendAsync(TestPeer.Data("same", "1"));
            Assert.Equal("same", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        }

        Assert.Equal(3, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task A_subject_in_no_stream_is_held_and_said_until_there_is_one()
    {
        await using var node = await StartAsync(output => output with { Stream = new StreamSettings() });
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        await peer.SendAsync(TestPeer.Data("early", "1"));
        await Eventually.TrueAsync(async () => await node.MetricAsync("in_flight") == 1, "held");
        var report = await node.WhenAsync(static report => report.Components["edge-in"].Faults is not null, "a reason");
        Assert.Equal((false, true), (report.Ready, report.Components["edge-in"].Details.Nats.Connected));
        Assert.Contains("the subject federated.data is in no stream; create a stream",
            report.Components["edge-in"].Faults!.Single(), StringComparison.Ordinal);

        await using var connection = new NatsConnection(new NatsOpts { Url = _nats.Url });
        await new NatsJSContext(connection).CreateStreamAsync(new StreamConfig("federated", ["federated.>"]));

        Assert.Equal("early", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        Assert.Single(await ReadAsync());
    }

    [Fact]
    public async Task A_subject_that_one_peer_fills_in_and_no_stream_takes_holds_up_nobody()
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = _nats.Url });
        await new NatsJSContext(connection).CreateStreamAsync(new StreamConfig("federated", ["sensors.a", "sensors.b"]));
        await using var node = await StartAsync(output =>
            output with { Subject = "sensors.{payload.kind}", Stream = new StreamSettings(), PublishTimeout = TimeSpan.FromMinutes(5) });
        await using var stray = await TestPeer.ConnectAsync(node.Url);
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        for (var i = 0; i < 20; i++)
        {
            await stray.SendAsync(TestPeer.Data($"stray-{i}", """{"kind":"c"}"""));
            await peer.SendAsync(TestPeer.Data($"good-{i}", $$"""{"kind":"{{(i % 2 == 0 ? "a" : "b")}}"}"""));
            Assert.Equal($"good-{i}", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
            var nack = await stray.ReceiveAsync("nack");
            Assert.Equal("publish_failed", nack.GetProperty("payload").GetProperty("reason").GetString());
            Assert.Contains("sensors.c", nack.GetProperty("payload").GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        await node.AssertConservedAsync();
    }

    [Fact]
    public async Task A_full_disk_nacks_loses_nothing_and_acks_again_when_there_is_room()
    {
        await using var nats = await NatsServer.StartAsync(
            new NatsServerOptions { JetStream = true, ConfigText = "jetstream { max_file_store: 100KB }" });
        await using var node = await StartAsync(url: nats.Url);
        await using var peer = await NumberedSender.ConnectAsync(node.Url, "edge-7", lasting: true);
        await peer.SendAsync(2_000);
        await peer.AllAnsweredAsync();
        Assert.NotEmpty(peer.Nacked);
        Assert.All(peer.Reasons, reason => Assert.Equal("publish_failed", reason));
        var stored = peer.NumbersIn((await ReadAsync(nats.Url)).Select(message => message.Payload)).ToList();
        Assert.Equal(peer.Acked, stored);

        await using var connection = new NatsConnection(new NatsOpts { Url = nats.Url });
        await (await new NatsJSContext(connection).GetStreamAsync("federated")).PurgeAsync(new StreamPurgeRequest());
        var before = peer.Acked.Count;
        await peer.SendAsync(10);
        await peer.AllAnsweredAsync();

        Assert.Equal(before + 10, peer.Acked.Count);
        await node.AssertConservedAsync();
    }

    [Fact]
    public async Task A_message_over_the_servers_maximum_is_nacked_before_it_is_published()
    {
        await using var node = await StartAsync(
            output => output, component => component with { Connection = component.Connection with { MaxMessageSize = 4 << 20 } });
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        await peer.SendAsync(TestPeer.Data("large", $"\"{new string('x', 1 << 20)}\""));
        await peer.SendAsync(TestPeer.Data("small", "1"));

        Assert.Equal("too_large", (await peer.ReceiveAsync("nack")).GetProperty("payload").GetProperty("reason").GetString());
        Assert.Equal("small", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_frozen_server_delays_the_acks_and_nothing_is_nacked()
    {
        await using var node = await StartAsync(output => output with { PublishTimeout = TimeSpan.FromSeconds(1) });
        await using var peer = await NumberedSender.ConnectAsync(node.Url, "edge-7", lasting: true);
        await peer.SendAsync(100);
        await peer.AllAnsweredAsync();
        _nats.Suspend();
        await peer.SendAsync(100);

        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal(100, peer.Acked.Count + peer.Nacked.Count);
        _nats.Resume();
        await peer.AllAnsweredAsync();

        Assert.Equal(200, peer.Acked.Count);
        Assert.Equal(Enumerable.Range(0, 200), peer.NumbersIn((await ReadAsync()).Select(message => message.Payload)));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(5_000)]
    public async Task A_stream_that_comes_back_in_time_costs_nothing_and_keeps_the_order(int held)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = _nats.Url });
        var context = new NatsJSContext(connection);
        await context.CreateStreamAsync(new StreamConfig("federated", ["federated.>"]));
        await using var node = await StartAsync(
            output => output with { PublishTimeout = TimeSpan.FromSeconds(20), Stream = new StreamSettings() },
            component => component with { Backpressure = component.Backpressure with { QueueSize = 2 * held } });
        await using var peer = await NumberedSender.ConnectAsync(node.Url, "edge-7", lasting: true);
        await node.WhenAsync(static report => report.Ready, "ready");
        await context.DeleteStreamAsync("federated");
        await peer.SendAsync(held);
        await IsHeldAsync(node, held);

        await context.CreateStreamAsync(new StreamConfig("federated", ["federated.>"]));
        await peer.SendAsync(500);

        await peer.AllAnsweredAsync();
        Assert.Equal(Enumerable.Range(0, held + 500), peer.Acked);
        Assert.Equal(Enumerable.Range(0, held + 500), peer.NumbersIn((await ReadAsync()).Select(message => message.Payload)));
        await node.AssertConservedAsync();
    }

    [Fact]
    public async Task A_stream_that_is_deleted_is_made_again_where_that_is_asked_for()
    {
        await using var node = await StartAsync(output => output with { PublishTimeout = TimeSpan.FromSeconds(20) });
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        await using var connection = new NatsConnection(new NatsOpts { Url = _nats.Url });
        await node.WhenAsync(static report => report.Ready, "ready");
        await new NatsJSContext(connection).DeleteStreamAsync("federated");

        await peer.SendAsync(TestPeer.Data("1", "1"));

        Assert.Equal("1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        Assert.Single(await ReadAsync());
    }

    [Fact]
    public async Task A_stream_that_goes_away_twice_keeps_the_order()
    {
        await using var node = await StartAsync(output => output with { PublishTimeout = TimeSpan.FromSeconds(20) });
        await using var peer = await NumberedSender.ConnectAsync(node.Url, "edge-7", lasting: true);
        await using var connection = new NatsConnection(new NatsOpts { Url = _nats.Url });
        var context = new NatsJSContext(connection);
        await node.WhenAsync(static report => report.Ready, "ready");
        for (var i = 0; i < 2; i++)
        {
            await peer.SendAsync(500);
            await peer.AllAnsweredAsync();

            // What it holds stays.
            await context.UpdateStreamAsync(new StreamConfig("federated", ["elsewhere"]));
            await peer.SendAsync(500);
            await IsHeldAsync(node, 500);
            await context.UpdateStreamAsync(new StreamConfig("federated", ["federated.>"]));
        }

        await peer.AllAnsweredAsync();
        Assert.Equal(Enumerable.Range(0, 2_000), peer.Acked);
        Assert.Equal(Enumerable.Range(0, 2_000), peer.NumbersIn((await ReadAsync()).Select(message => message.Payload)));
    }

    [Fact]
    public async Task A_stream_that_stays_away_nacks_after_publish_timeout_and_says_why()
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = _nats.Url });
        var context = new NatsJSContext(connection);
        await context.CreateStreamAsync(new StreamConfig("federated", ["federated.>"]));
        await using var node = await StartAsync(
            output => output with { PublishTimeout = TimeSpan.FromSeconds(1), Stream = new StreamSettings() });
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        await node.WhenAsync(static report => report.Ready, "ready");
        await context.DeleteStreamAsync("federated");

        await peer.SendAsync(TestPeer.Data("1", "1"));

        var nack = (await peer.ReceiveAsync("nack")).GetProperty("payload");
        Assert.Equal("publish_failed", nack.GetProperty("reason").GetString());
        Assert.Equal("no stream has the subject", nack.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Placeholders_of_the_subject_are_filled_in()
    {
        await using var node = await StartAsync(output => output with { Subject = "federated.{peer}.{payload.site}" });
        await using var peer = await TestPeer.ConnectAsync(node.Url, options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));

        await peer.SendAsync(TestPeer.Data("1", """{"site":"north wing"}"""));
        await peer.ReceiveAsync("ack");

        Assert.Equal("federated.edge-7.north_wing", Assert.Single(await ReadAsync()).Subject);
    }

    [Fact]
    public async Task Headers_can_be_left_out()
    {
        await using var node = await StartAsync(output => output with { Headers = false });
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        await peer.SendAsync(TestPeer.Data("1", "1"));
        await peer.ReceiveAsync("ack");

        Assert.Null(Assert.Single(await ReadAsync()).Headers);
    }

    private Task<TestNode> StartAsync(
        Func<OutputPortSettings, OutputPortSettings>? change =
            null, Func<ComponentSettings, ComponentSettings>? component = null, string? url = null)
    {
        var output = new OutputPortSettings
        {
            Name = "ws_data",
            Subject = "federated.data",
            Type = PortType.Jetstream,
            Stream = new StreamSettings { Name = "federated", Create = true, Subjects = ["federated.>"] },
        };
        var settings = TestNode.Component("edge-in") with { Ports = new PortsSettings { Outputs = [change?.Invoke(output) ?? output] } };
        return TestNode.StartAsync(new FederationSettings
        {
            NodeId = "node-1",
            Nats = new NatsSettings { Url = url ?? _nats.Url },
            Components = [component?.Invoke(settings) ?? settings],
        });
    }

    /// <summary>
    /// Waits until the node holds this many, the stream has refused all that was written, and the first of it a second time.
    /// </summary>
    private static async Task IsHeldAsync(TestNode node, int count)
    {
        await Eventually.TrueAsync(async () => await node.MetricAsync("in_flight") == count, "held");
        var before = await node.MetricAsync("publish_retries_total");
        await Eventually.TrueAsync(async () => await node.MetricAsync("publish_retries_total") >= before + 2, "two messages written again");
    }

    private Task<IReadOnlyList<StreamedMessage>> ReadAsync(string? url = null) =>
        StreamedMessage.ReadAllAsync(url ?? _nats.Url, "federated");
}
