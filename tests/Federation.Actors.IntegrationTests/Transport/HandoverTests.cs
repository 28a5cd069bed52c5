using System.Text;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Sockets;

namespace Federation.Actors.IntegrationTests.Transport;

/// <summary>A connection goes on when its request has ended, whatever came before and with it.</summary>
public abstract class HandoverTests(bool lean) : ListenerTests(lean)
{
    public sealed class Lean() : HandoverTests(lean: true);

    public sealed class Plain() : HandoverTests(lean: false);

    private static readonly byte[] Hello = "hello"u8.ToArray();

    [Fact]
    public async Task A_connection_outlives_everything_that_the_web_server_gives_a_request()
    {
        await using var node = await StartAsync();
        using var peer = await RawPeer.SendHandshakeAsync(node.Port);
        await peer.ReadHeadAsync();
        await using var socket = (await node.AcceptedAsync()).Socket;

        // Kestrel cuts a connection whose request has ended when its last bytes have not left some 6 s later.
        await Task.Delay(TimeSpan.FromSeconds(8));

        await peer.SendFrameAsync(0x81, Hello);
        Assert.Equal("hello", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task Frames_that_come_in_one_packet_with_the_request_are_not_lost()
    {
        await using var node = await StartAsync();
        using var peer = await RawPeer.OpenAsync(node.Port);
        byte[] frame = [0x81, (byte)(0x80 | Hello.Length), 0, 0, 0, 0, .. Hello];

        await peer.SendAsync([.. Request(node.Port, "/ingest"), .. frame, .. frame]);

        Assert.StartsWith("HTTP/1.1 101 ", await peer.ReadHeadAsync(), StringComparison.Ordinal);
        await using var socket = (await node.AcceptedAsync()).Socket;
        Assert.Equal("hello", await ReceiveAsync(socket));
        Assert.Equal("hello", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task A_connection_whose_first_request_was_refused_is_closed_and_holds_no_place()
    {
        await using var node = await StartAsync();
        using var peer = await RawPeer.OpenAsync(node.Port);
        await peer.SendAsync(Request(node.Port, "/elsewhere"));

        var refusal = await peer.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 404 ", refusal, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", refusal, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, node.Endpoint.OpenConnections);
    }

    [Fact]
    public async Task Neither_a_peer_nor_a_refused_connection_holds_a_place_among_the_pending_handshakes()
    {
        await using var node = await StartAsync(new ServerSettings { Host = "127.0.0.1", MaxPendingHandshakes = 1 });
        using var first = await node.ConnectAsync();
        using var refused = await RawPeer.OpenAsync(node.Port);
        await refused.SendAsync(Request(node.Port, "/elsewhere"));
        await refused.ReadToEndAsync();
        using var second = await node.ConnectAsync();

        Assert.Equal(2, node.Endpoint.OpenConnections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_place_is_given_back_whoever_ends_first(bool peerEnds)
    {
        await using var node = await StartAsync();
        var peer = await RawPeer.SendHandshakeAsync(node.Port);
        await peer.ReadHeadAsync();
        var socket = (await node.AcceptedAsync()).Socket;
        var reading = ReceiveAsync(socket);
        Assert.Equal(1, node.Endpoint.OpenConnections);

        if (peerEnds)
        {
            peer.Dispose();
            await Assert.ThrowsAnyAsync<Exception>(() => reading);
        }

        await socket.DisposeAsync();

        await Eventually.TrueAsync(() => node.Endpoint.OpenConnections == 0, "the place");
        peer.Dispose();
        await Task.WhenAny(reading);
    }

    [Fact]
    public async Task A_socket_that_nobody_takes_over_any_more_is_ended_by_the_endpoint()
    {
        await using var node = await StartAsync();
        node.Endpoint.Dispose();
        using var peer = await RawPeer.SendHandshakeAsync(node.Port);

        await peer.ReadToEndAsync();

        await Eventually.TrueAsync(() => node.Endpoint.OpenConnections == 0, "the place");
    }

    private static byte[] Request(int port, string path) => Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

    private static async Task<string> ReceiveAsync(IPeerSocket socket)
    {
        var buffer = new byte[64];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Patience.Long);
        return Encoding.UTF8.GetString(buffer.AsSpan(0, received.Count));
    }
}
