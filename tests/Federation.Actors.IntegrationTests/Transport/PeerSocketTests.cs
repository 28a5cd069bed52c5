using System.Net.WebSockets;
using System.Text;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;

namespace Federation.Actors.IntegrationTests.Transport;

public abstract class PeerSocketTests(bool lean) : ListenerTests(lean)
{
    public sealed class Lean() : PeerSocketTests(lean: true);

    public sealed class Plain() : PeerSocketTests(lean: false);

    [Fact]
    public async Task A_peer_is_known_by_its_header_or_gets_a_name()
    {
        await using var node = await StartAsync();
        using var named = await node.ConnectAsync(options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));
        var first = await node.AcceptedAsync();
        using var unnamed = await node.ConnectAsync();
        var second = await node.AcceptedAsync();

        Assert.Equal(("edge-7", true), (first.Name.Identity, first.Name.Lasting));
        Assert.Equal(("client-1", false), (second.Name.Identity, second.Name.Lasting));
        Assert.StartsWith("127.0.0.1:", first.Socket.RemoteAddress, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::")]
    public async Task Every_way_to_name_this_host_listens(string host)
    {
        await using var node = await StartAsync(new ServerSettings { Host = host });
        using var client = await node.ConnectAsync();

        Assert.Equal(WebSocketState.Open, client.State);
    }

    [Fact]
    public async Task A_text_message_of_invalid_utf8_arrives_and_the_connection_stays()
    {
        await using var node = await StartAsync();
        using var peer = await RawPeer.SendHandshakeAsync(node.Port);
        await peer.ReadHeadAsync();
        await using var socket = (await node.AcceptedAsync()).Socket;

        await peer.SendFrameAsync(0x81, [0xC3, 0x28, 0xFF]);
        await peer.SendFrameAsync(0x81, "good"u8.ToArray());

        Assert.Equal([0xC3, 0x28, 0xFF], await ReceiveAsync(socket));
        Assert.Equal("good"u8.ToArray(), await ReceiveAsync(socket));
    }

    [Fact]
    public async Task A_fragmented_message_of_16_MiB_is_read_in_pieces()
    {
        await using var node = await StartAsync();
        using var client = await node.ConnectAsync();
        await using var socket = (await node.AcceptedAsync()).Socket;
        var fragment = new byte[1024 * 1024];
        Random.Shared.NextBytes(fragment);
        var sending = Task.Run(async () =>
        {
            for (var index = 0; index < 16; index++)
            {
                await client.SendAsync(fragment, WebSocketMessageType.Binary, endOfMessage: index == 15, CancellationToken.None);
            }
        });

        var message = await ReceiveAsync(socket);

        await sending.WaitAsync(Patience.Long);
        Assert.Equal(16 * fragment.Length, message.Length);
        Assert.True(Enumerable.Range(0, 16).All(index => message.AsSpan(index * fragment.Length, fragment.Length).SequenceEqual(fragment)));
    }

    [Fact]
    public async Task A_hundred_answers_in_one_send_arrive_as_a_hundred_text_messages()
    {
        await using var node = await StartAsync();
        using var client = await node.ConnectAsync();
        await using var socket = (await node.AcceptedAsync()).Socket;
        var answers = new OutboundBuffer(4096);
        for (var index = 0; index < 100; index++)
        {
            Write(answers, $$"""{"type":"ack","id":"data-{{index}}","timestamp":1704844800100}""");
        }

        await socket.SendAsync(answers, CancellationToken.None).AsTask().WaitAsync(Patience.Long);

        var buffer = new byte[4096];
        for (var index = 0; index < 100; index++)
        {
            var result = await client.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience.Long);
            Assert.Equal((WebSocketMessageType.Text, true), (result.MessageType, result.EndOfMessage));
            Assert.Contains($"\"data-{index}\"", Encoding.UTF8.GetString(buffer, 0, result.Count), StringComparison.Ordinal);
        }

        answers.Release();
    }

    [Fact]
    public async Task Messages_that_arrive_together_are_read_from_memory_and_then_nothing_is_left_there()
    {
        await using var node = await StartAsync();
        using var peer = await RawPeer.SendHandshakeAsync(node.Port);
        await peer.ReadHeadAsync();
        await using var socket = (await node.AcceptedAsync()).Socket;
        var waiting = socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        byte[] frame = [0x81, 0x82, 0, 0, 0, 0, (byte)'{', (byte)'}'];
        await peer.SendAsync([.. frame, .. frame, .. frame]);
        await waiting.WaitAsync(Patience.Long);

        for (var left = 2; left >= 0; left--)
        {
            Assert.Equal("{}"u8.ToArray(), await ReceiveAsync(socket));
            Assert.Equal(left > 0, socket.HasBufferedBytes);
        }
    }

    [Fact]
    public async Task A_close_with_a_long_reason_reaches_a_peer_that_is_still_sending()
    {
        await using var node = await StartAsync();
        using var client = await node.ConnectAsync();
        var socket = (await node.AcceptedAsync()).Socket;

        // More than the buffers of both kernels hold: the peer is in the middle of it when the close frame comes.
        var sending = client.SendAsync(new byte[24 * 1024 * 1024], WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        await socket.ReceiveAsync(new byte[10], CancellationToken.None).AsTask().WaitAsync(Patience.Long);

        await socket.CloseAsync(WebSocketCloseStatus.MessageTooBig, new string('x', 500), CancellationToken.None);
        await socket.DisposeAsync();

        await sending.WaitAsync(Patience.Long);
        var result = await client.ReceiveAsync(new byte[10], CancellationToken.None).WaitAsync(Patience.Long);
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, client.CloseStatus);
        Assert.Equal(new string('x', 123), client.CloseStatusDescription);
        await Patience.UntilAsync(() => node.Endpoint.OpenConnections == 0, "the place given back");
    }

    [Fact]
    public async Task A_closing_handshake_ends_clean_on_both_sides()
    {
        await using var node = await StartAsync();
        using var client = await node.ConnectAsync();
        await using var socket = (await node.AcceptedAsync()).Socket;
        var closing = client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);

        var result = await socket.ReceiveAsync(new byte[10], CancellationToken.None).AsTask().WaitAsync(Patience.Long);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        await socket.DisposeAsync();

        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        await closing.WaitAsync(Patience.Long);
        Assert.Equal(WebSocketState.Closed, client.State);
    }

    [Fact]
    public async Task An_abort_from_another_thread_wakes_the_reader_and_ends_the_connection()
    {
        await using var node = await StartAsync();
        using var client = await node.ConnectAsync();
        await using var socket = (await node.AcceptedAsync()).Socket;
        var reading = socket.ReceiveAsync(new byte[10], CancellationToken.None).AsTask();

        socket.Abort();

        var failure = await Record.ExceptionAsync(() => reading.WaitAsync(Patience.Long));
        Assert.True(failure is WebSocketException or OperationCanceledException, failure?.ToString());
        await Assert.ThrowsAsync<WebSocketException>(
            () => client.ReceiveAsync(new byte[10], CancellationToken.None).WaitAsync(Patience.Long));
    }

    [Fact]
    public async Task Compression_is_agreed_to_without_context_takeover_and_payloads_stay_intact()
    {
        await using var node = await StartAsync();
        using var peer = await RawPeer.SendHandshakeAsync(
            node.Port, "/ingest", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
        var head = await peer.ReadHeadAsync();
        Assert.Contains("permessage-deflate", head, StringComparison.Ordinal);
        Assert.Contains("server_no_context_takeover", head, StringComparison.Ordinal);
        Assert.Contains("client_no_context_takeover", head, StringComparison.Ordinal);
        await using var raw = (await node.AcceptedAsync()).Socket;

        using var client = await node.ConnectAsync(options => options.DangerousDeflateOptions = new WebSocketDeflateOptions());
        await using var socket = (await node.AcceptedAsync()).Socket;
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("federation ", 1000)));
        for (var round = 0; round < 3; round++)
        {
            await client.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).WaitAsync(Patience.Long);
            Assert.Equal(text, await ReceiveAsync(socket));
        }

        var answers = new OutboundBuffer(4096);
        Write(answers, "short");
        Write(answers, Encoding.UTF8.GetString(text));
        await socket.SendAsync(answers, CancellationToken.None).AsTask().WaitAsync(Patience.Long);
        var buffer = new byte[20_000];
        Assert.Equal(5, (await client.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience.Long)).Count);
        Assert.Equal(text.Length, (await client.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience.Long)).Count);
        answers.Release();
    }

    [Fact]
    public async Task Compression_is_not_agreed_to_where_it_is_switched_off()
    {
        await using var node = await StartAsync(new ServerSettings { Host = "127.0.0.1", EnableCompression = false });
        using var peer = await RawPeer.SendHandshakeAsync(node.Port, "/ingest", "Sec-WebSocket-Extensions: permessage-deflate");

        Assert.DoesNotContain("Sec-WebSocket-Extensions", await peer.ReadHeadAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_message_that_inflates_a_thousandfold_is_inflated_only_as_far_as_it_is_read()
    {
        await using var node = await StartAsync();
        using var client = await node.ConnectAsync(options => options.DangerousDeflateOptions = new WebSocketDeflateOptions());
        await using var socket = (await node.AcceptedAsync()).Socket;
        var sending = client.SendAsync(new byte[64 * 1024 * 1024], WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[64 * 1024];
        await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask().WaitAsync(Patience.Long);
        await sending.WaitAsync(Patience.Long);

        var before = GC.GetTotalAllocatedBytes();
        var total = 0L;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Patience.Long);
            total += result.Count;
        }
        while (!result.EndOfMessage && total < 8 * 1024 * 1024);

        Assert.InRange(total, 8 * 1024 * 1024, 9 * 1024 * 1024);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 4 * 1024 * 1024);
    }

    private static void Write(OutboundBuffer buffer, string text)
    {
        buffer.Advance(Encoding.UTF8.GetBytes(text, buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
        buffer.EndMessage();
    }

    private static async Task<byte[]> ReceiveAsync(IPeerSocket socket)
    {
        var message = new List<byte>();
        var buffer = new byte[64 * 1024];
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Patience.Long);
            message.AddRange(buffer.AsSpan(0, result.Count));
        }
        while (!result.EndOfMessage);
        Assert.NotEqual(WebSocketMessageType.Close, result.MessageType);
        return [.. message];
    }
}
