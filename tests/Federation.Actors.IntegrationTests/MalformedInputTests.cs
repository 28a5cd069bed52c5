using System.Net.WebSockets;
using System.Text;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>The rows of the protocol's table of malformed input that arrive on an open connection.</summary>
public sealed class MalformedInputTests : IAsyncLifetime
{
    private static readonly byte[] InvalidUtf8 = [.. "{\"type\":\"data\",\"id\":\"1\",\"payload\":\""u8, 0xc3, 0x28, .. "\"}"u8];

    private NatsServer? _nats;
    private TestNode? _node;
    private TestPeer? _peer;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync();
        _node = await TestNode.StartAsync(_nats.Url,
            static component => component with { Connection = new ConnectionSettings { MaxParseErrors = 10, MaxMessageSize = 100_000 } });
        _peer = await TestPeer.ConnectAsync(_node.Url);
    }

    public async Task DisposeAsync()
    {
        await _peer!.DisposeAsync();
        await _node!.DisposeAsync();
        await _nats!.DisposeAsync();
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1,2]")]
    [InlineData("\"data\"")]
    [InlineData("{\"id\":\"1\",\"payload\":1}")]
    [InlineData("{\"type\":\"\",\"id\":\"1\",\"payload\":1}")]
    [InlineData("{\"type\":5,\"id\":\"1\",\"payload\":1}")]
    [InlineData("{\"type\":\"data\",\"id\":\"1\",\"payload\":1")]
    [InlineData("")]
    public async Task What_is_no_envelope_gets_no_answer_and_the_connection_stays(string text)
    {
        await _peer!.SendAsync(text);

        await AssertNextIsAckedAsync();
        Assert.Equal(1, await _node!.MetricAsync("errors_total", "type=\"parse_error\""));
    }

    [Fact]
    public async Task Nesting_deeper_than_64_gets_no_answer_and_the_connection_stays()
    {
        await _peer!.SendAsync(TestPeer.Data("deep", new string('[', 64) + new string(']', 64)));

        await AssertNextIsAckedAsync();
        Assert.Equal(1, await _node!.MetricAsync("errors_total", "type=\"parse_error\""));
    }

    [Fact]
    public async Task Invalid_utf8_in_a_binary_message_gets_no_answer_and_the_connection_stays()
    {
        await _peer!.SendAsync(InvalidUtf8, WebSocketMessageType.Binary);

        await AssertNextIsAckedAsync();
        Assert.Equal(1, await _node!.MetricAsync("errors_total", "type=\"parse_error\""));
    }

    [Fact]
    public async Task Invalid_utf8_in_a_text_message_closes_the_connection_with_1007()
    {
        await _peer!.SendAsync(InvalidUtf8, WebSocketMessageType.Text);

        await _peer.Closed;
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, _peer.CloseStatus);
        Assert.Equal(1, await _node!.MetricAsync("errors_total", "type=\"invalid_utf8\""));
    }

    [Fact]
    public async Task An_unknown_type_gets_no_answer_and_the_connection_stays()
    {
        await _peer!.SendAsync("""{"type":"gossip","id":"1","payload":{}}""");

        await AssertNextIsAckedAsync();
        Assert.Equal(1, await _node!.MetricAsync("errors_total", "type=\"unknown_type\""));
    }

    [Fact]
    public async Task A_message_that_is_too_big_closes_the_connection_with_1009()
    {
        await _peer!.SendAsync(TestPeer.Data("big", $"\"{new string('x', 100_000)}\""));

        await _peer.Closed;
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, _peer.CloseStatus);
        Assert.Equal(1, await _node!.MetricAsync("errors_total", "type=\"message_too_big\""));
    }

    [Fact]
    public async Task Too_many_parse_errors_in_a_row_close_the_connection_with_1008()
    {
        for (var i = 0; i < 10; i++)
        {
            await _peer!.SendAsync("nonsense");
        }

        await AssertNextIsAckedAsync();
        for (var i = 0; i < 11; i++)
        {
            await _peer!.SendAsync("nonsense");
        }

        await _peer!.Closed;
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, _peer.CloseStatus);
        Assert.Equal(1, await _node!.MetricAsync("errors_total", "type=\"protocol_abuse\""));
    }

    [Fact]
    public async Task Data_without_a_payload_is_nacked_and_not_published()
    {
        await _peer!.SendAsync("""{"type":"data","id":"empty"}""");

        var nack = await _peer.ReceiveAsync("nack");
        Assert.Equal("empty", nack.GetProperty("id").GetString());
        Assert.Equal("missing_payload", nack.GetProperty("payload").GetProperty("reason").GetString());
        Assert.Equal(0, await _node!.MetricAsync("messages_published_total"));
        await _node.AssertConservedAsync();
    }

    [Fact]
    public async Task Data_without_an_id_is_published_and_counted_and_gets_no_answer()
    {
        await using var subscriber = await NatsSubscriber.StartAsync(_nats!.Url, "federated.data");
        await _peer!.SendAsync("""{"type":"data","payload":"anonymous"}""");

        await AssertNextIsAckedAsync();
        await subscriber.CountAsync(2);
        Assert.Equal("\"anonymous\"", subscriber.Payloads.First());
        Assert.Equal(1, await _node!.MetricAsync("errors_total", "type=\"missing_id\""));
        await _node.AssertConservedAsync();
    }

    [Fact]
    public async Task A_payload_over_the_servers_maximum_is_nacked_before_it_is_published()
    {
        await using var strict = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = "max_payload: 1000" });
        await using var node = await TestNode.StartAsync(strict.Url);
        await using var sender = await TestPeer.ConnectAsync(node.Url);
        await sender.SendAsync(TestPeer.Data("large", $"\"{new string('x', 2000)}\""));
        await sender.SendAsync(TestPeer.Data("small", "1"));

        var nack = await sender.ReceiveAsync();
        Assert.Equal("large", nack.GetProperty("id").GetString());
        Assert.Equal("too_large", nack.GetProperty("payload").GetProperty("reason").GetString());
        Assert.Equal("small", (await sender.ReceiveAsync("ack")).GetProperty("id").GetString());
        await node.AssertConservedAsync();
    }

    [Fact]
    public async Task A_request_gets_an_error_reply_and_is_not_left_waiting()
    {
        await _peer!.SendAsync("""{"type":"request","id":"req-1","payload":{"method":"replay","params":{}}}""");

        var reply = await _peer.ReceiveAsync("reply");
        Assert.Equal("req-1", reply.GetProperty("id").GetString());
        Assert.Equal("not_supported", reply.GetProperty("payload").GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_fragmented_binary_message_is_an_envelope_like_any_other()
    {
        var bytes = Encoding.UTF8.GetBytes(TestPeer.Data("parts", "[1,2,3]"));
        using var socket = new ClientWebSocket();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ConnectAsync(_node!.Url, patience.Token);
        await socket.SendAsync(bytes.AsMemory(0, 10), WebSocketMessageType.Binary, endOfMessage: false, patience.Token);
        await socket.SendAsync(bytes.AsMemory(10, 20), WebSocketMessageType.Binary, endOfMessage: false, patience.Token);
        await socket.SendAsync(bytes.AsMemory(30), WebSocketMessageType.Binary, endOfMessage: true, patience.Token);

        var buffer = new byte[1000];
        var answer = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
        Assert.StartsWith(
            "{\"type\":\"ack\",\"id\":\"parts\",", Encoding.UTF8.GetString(buffer, 0, answer.Count), StringComparison.Ordinal);
    }

    private async Task AssertNextIsAckedAsync()
    {
        await _peer!.SendAsync(TestPeer.Data("next", "{}"));
        var answer = await _peer.ReceiveAsync();
        Assert.Equal("ack", answer.GetProperty("type").GetString());
        Assert.Equal("next", answer.GetProperty("id").GetString());
    }
}
