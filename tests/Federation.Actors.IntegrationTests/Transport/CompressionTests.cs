using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;

namespace Federation.Actors.IntegrationTests.Transport;

/// <summary>permessage-deflate (RFC 7692) with .NET's own client at the other end.</summary>
public abstract class CompressionTests(bool lean) : ListenerTests(lean)
{
    public sealed class Lean() : CompressionTests(lean: true);

    public sealed class Plain() : CompressionTests(lean: false);

    private const int LeastBits = 9;
    private const int MostBits = 15;

    /// <summary>Longer than the largest window, so that what lies behind it must not be referred to.</summary>
    private static readonly byte[] Message = Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Range(0, 9_000).Select(static i => $"{i * 7919 % 1000},")));

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Every_combination_of_windows_and_contexts_carries_messages_both_ways(bool clientTakesOver, bool serverTakesOver)
    {
        await using var node = await StartAsync(new ServerSettings { Host = "127.0.0.1", EnableCompression = true, MaxConnections = 100 });
        for (var client = LeastBits; client <= MostBits; client++)
        {
            for (var server = LeastBits; server <= MostBits; server++)
            {
                var offer = new WebSocketDeflateOptions
                {
                    ClientContextTakeover = clientTakesOver,
                    ServerContextTakeover = serverTakesOver,
                    ClientMaxWindowBits = client,
                    ServerMaxWindowBits = server,
                };
                using var peer = await node.ConnectAsync(options =>
                {
                    options.DangerousDeflateOptions = offer;
                    options.CollectHttpResponseDetails = true;
                });
                Assert.Contains(peer.HttpResponseHeaders!, static header => header.Key.Equals(
                    "Sec-WebSocket-Extensions", StringComparison.OrdinalIgnoreCase));
                await using var socket = (await node.AcceptedAsync()).Socket;
                await ExchangeAsync(peer, socket);
            }
        }
    }

    /// <summary>Twice, since the second message of a direction is the first that could lean on what came before.</summary>
    private static async Task ExchangeAsync(ClientWebSocket peer, IPeerSocket socket)
    {
        var buffer = new OutboundBuffer(Message.Length);
        buffer.Write(Message);
        buffer.EndMessage();
        for (var turn = 0; turn < 2; turn++)
        {
            await peer.SendAsync(Message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            Assert.Equal(Message, await ReceiveAsync(memory => socket.ReceiveAsync(memory, CancellationToken.None)));
            await socket.SendAsync(buffer, CancellationToken.None);
            Assert.Equal(Message, await ReceiveAsync(memory => peer.ReceiveAsync(memory, CancellationToken.None)));
        }
    }

    private static async Task<byte[]> ReceiveAsync(Func<Memory<byte>, ValueTask<ValueWebSocketReceiveResult>> receive)
    {
        var received = new byte[Message.Length + 1];
        var length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await receive(received.AsMemory(length)).AsTask().WaitAsync(Patience.Long);
            length += part.Count;
        }
        while (!part.EndOfMessage);

        return received[..length];
    }
}
