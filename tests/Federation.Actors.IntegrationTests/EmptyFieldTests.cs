using System.Text;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>
/// Fields that are there and empty, in messages that arrive behind others or in parts, so that the node moves their batch in memory.
/// </summary>
public sealed class EmptyFieldTests : IAsyncLifetime
{
    private static readonly byte[] NoEnvelope = [.. Enumerable.Repeat((byte)'x', 2000)];

    private NatsServer _nats = null!;

    public async Task InitializeAsync() => _nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });

    public async Task DisposeAsync() => await _nats.DisposeAsync();

    [Theory]
    [InlineData(PortType.Nats, """{"type":"data","id":"","payload":1}""")]
    [InlineData(PortType.Nats, """{"type":"data","id":"0","subject":"","payload":1}""", true)]
    [InlineData(PortType.Jetstream, """{"type":"data","id":"","payload":1}""")]
    [InlineData(PortType.Jetstream, """{"type":"data","id":"0","subject":"","payload":1}""", true)]
    [InlineData(PortType.Nats, """{"type":"request","id":"","payload":{"method":"status"}}""")]
    [InlineData(PortType.Nats, """{"type":"reply","id":"","payload":{"status":"ok"}}""")]
    public async Task Behind_another_message_in_one_segment_it_harms_nobody(PortType port, string envelope, bool isAcked = false)
    {
        await using var node = await StartAsync(port);
        await using var other = await TestPeer.ConnectAsync(node.Url);
        using var peer = await OpenAsync(node);

        // Often enough to use up every restart that a component grants its parts.
        for (var i = 0; i < 15; i++)
        {
            await peer.SendAsync([.. RawPeer.Frame(0x81, NoEnvelope), .. RawPeer.Frame(0x81, Encoding.UTF8.GetBytes(envelope))]);
            if (!isAcked)
            {
                // So that the next does not arrive together with this one.
                await peer.SendFrameAsync(0x81, """{"type":"data","id":"0","payload":1}"""u8.ToArray());
            }

            Assert.StartsWith("""{"type":"ack","id":"0",""", await peer.ReadTextAsync(), StringComparison.Ordinal);
        }

        await AssertServedAsync(node, peer, other);
    }

    [Theory]
    [InlineData(PortType.Nats)]
    [InlineData(PortType.Jetstream)]
    public async Task In_two_segments_it_harms_nobody(PortType port)
    {
        await using var node = await StartAsync(port);
        await using var other = await TestPeer.ConnectAsync(node.Url);
        using var peer = await OpenAsync(node);
        var first = RawPeer.Frame(
            0x81, Encoding.UTF8.GetBytes($$"""{"type":"data","id":"0","subject":"","payload":"{{new string('x', 3000)}}"}"""));
        var second = RawPeer.Frame(0x81, """{"type":"data","id":"1","subject":"","payload":1}"""u8.ToArray());

        await peer.SendAsync([.. first, .. second[..30]]);
        Assert.StartsWith("""{"type":"ack","id":"0",""", await peer.ReadTextAsync(), StringComparison.Ordinal);
        await peer.SendAsync(second[30..]);
        Assert.StartsWith("""{"type":"ack","id":"1",""", await peer.ReadTextAsync(), StringComparison.Ordinal);

        await AssertServedAsync(node, peer, other);
    }

    private static async Task<RawPeer> OpenAsync(TestNode node)
    {
        var peer = await RawPeer.SendHandshakeAsync(node.Url.Port);
        Assert.StartsWith("HTTP/1.1 101", await peer.ReadHeadAsync(), StringComparison.Ordinal);
        return peer;
    }

    /// <summary>Both peers are still connected and are answered, over the same connection to NATS.</summary>
    private static async Task AssertServedAsync(TestNode node, RawPeer peer, TestPeer other)
    {
        await peer.SendFrameAsync(0x81, """{"type":"data","id":"last","payload":1}"""u8.ToArray());
        Assert.StartsWith("""{"type":"ack","id":"last",""", await peer.ReadTextAsync(), StringComparison.Ordinal);
        await other.SendAsync(TestPeer.Data("other", "1"));
        Assert.Equal("other", (await other.ReceiveAsync("ack")).GetProperty("id").GetString());
        Assert.Equal(2, await node.MetricAsync("connections_active"));
        Assert.Equal(0, await node.MetricAsync("errors_total", "type=\"publish_failed\""));
        await node.AssertConservedAsync();
    }

    private Task<TestNode> StartAsync(PortType port) => TestNode.StartAsync(_nats.Url, component => component with
    {
        Bidirectional = new BidirectionalSettings { Enabled = true },
        Ports = new PortsSettings
        {
            Outputs =
            [
                new OutputPortSettings { Name = "ws_data", Type = port, Subject = "federated.data",
                    Stream = new StreamSettings { Name = "DATA", Create = port == PortType.Jetstream } },
                new OutputPortSettings { Name = "ws_control", Subject = "federated.control" },
            ],
        },
    });
}
