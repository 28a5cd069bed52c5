using System.Net.WebSockets;
using System.Text.Json;

namespace Federation.Actors.Benchmarks;

/// <summary>A peer that grants every request at once and does nothing else.</summary>
internal sealed class EchoPeer : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _answering;

    private EchoPeer(ClientWebSocket socket)
    {
        _socket = socket;
        _answering = Task.Run(AnswerAsync);
    }

    /// <param name="url">The node.</param>
    /// <param name="name">The peer's name.</param>
    /// <param name="stop">Ends the attempt.</param>
    public static async Task<EchoPeer> ConnectAsync(Uri url, string name, CancellationToken stop)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Federation-Peer", name);
        await socket.ConnectAsync(url, stop);
        return new EchoPeer(socket);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_answering);
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task AnswerAsync()
    {
        var buffer = new byte[64 * 1024];
        var reply = new byte[1024];
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(), _stop.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            var length = Write(buffer.AsSpan(0, received.Count), reply);
            if (length > 0)
            {
                await _socket.SendAsync(reply.AsMemory(0, length), WebSocketMessageType.Text, endOfMessage: true, _stop.Token);
            }
        }
    }

    /// <summary>Writes the reply to a request; nothing to anything else.</summary>
    private static int Write(ReadOnlySpan<byte> message, Span<byte> reply)
    {
        var reader = new Utf8JsonReader(message);
        ReadOnlySpan<byte> id = default;
        var isRequest = false;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isId, isType) = (reader.ValueTextEquals("id"u8), reader.ValueTextEquals("type"u8));
            reader.Read();
            isRequest |= isType && reader.ValueTextEquals("request"u8);
            id = isId ? reader.ValueSpan : id;
            reader.Skip();
        }

        if (!isRequest)
        {
            return 0;
        }

        var start = "{\"type\":\"reply\",\"id\":\""u8;
        var end = "\",\"timestamp\":1704844800000,\"payload\":{\"status\":\"ok\",\"result\":{\"queue_depth\":0,\"uptime_seconds\":1}}}"u8;
        start.CopyTo(reply);
        id.CopyTo(reply[start.Length..]);
        end.CopyTo(reply[(start.Length + id.Length)..]);
        return start.Length + id.Length + end.Length;
    }
}
