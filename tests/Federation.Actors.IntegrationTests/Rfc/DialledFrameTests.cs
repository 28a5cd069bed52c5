using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Rfc;

/// <summary>What a server gets that breaks RFC 6455 on a connection that the node has dialled.</summary>
public sealed class DialledFrameTests : IAsyncLifetime
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private NatsServer? _nats;
    private TestNode? _node;
    private TcpClient? _connection;
    private NetworkStream? _stream;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync();
        _server.Start();
        var starting = TestNode.StartAsync(_nats.Url, component => component with
        {
            Mode = ComponentMode.Client,
            Client = new ClientSettings { Url = $"ws://127.0.0.1:{((IPEndPoint)_server.LocalEndpoint).Port}/" },
        });
        _connection = await _server.AcceptTcpClientAsync().WaitAsync(Patience.Long);
        _stream = _connection.GetStream();
        await ShakeHandsAsync();
        _node = await starting;
    }

    public async Task DisposeAsync()
    {
        _server.Dispose();
        _connection?.Dispose();
        if (_node is { } node)
        {
            await node.DisposeAsync();
        }

        await _nats!.DisposeAsync();
    }

    [Theory]
    [InlineData("83", 1002)]
    [InlineData("8180", 1002)]
    [InlineData("C100", 1002)]
    [InlineData("897E", 1002)]
    [InlineData("8101FF", 1007)]
    [InlineData("880203ED", 1002)]
    [InlineData("880203E8", 1000)]
    public async Task It_gets_the_close_frame_that_says_why_and_no_reset(string hex, int status)
    {
        await _stream!.WriteAsync(Convert.FromHexString(hex));

        var head = await ReadAsync(2);
        Assert.Equal(0x88, head[0]);
        Assert.NotEqual(0, head[1] & 0x80);
        var payload = await ReadAsync(4 + (head[1] & 0x7F));
        Assert.Equal(status, ((payload[4] ^ payload[0]) << 8) | (payload[5] ^ payload[1]));
        if (status == 1007)
        {
            await _stream.WriteAsync(new byte[] { 0x88, 0x00 });
        }

        Assert.Equal(0, await _stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience.Long));
    }

    private async Task ShakeHandsAsync()
    {
        var request = new StringBuilder();
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            request.Append((char)(await ReadAsync(1))[0]);
        }

        var key = Array.Find(request.ToString().Split("\r\n"),
            static line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))!.Split(':')[1].Trim();
#pragma warning disable CA5350 // As RFC 6455 section 4.2.2 has it.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await _stream!.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _stream!.ReadExactlyAsync(bytes).AsTask().WaitAsync(Patience.Long);
        return bytes;
    }
}
