using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A peer of the node on a real socket: sends envelopes, keeps every answer.</summary>
internal sealed class TestPeer : IAsyncDisposable
{

    private readonly ClientWebSocket _socket;
    private readonly Channel<JsonElement> _received = Channel.CreateUnbounded<JsonElement>();
    private readonly Task _reading;

    private TestPeer(ClientWebSocket socket)
    {
        _socket = socket;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Everything the node has sent, oldest first, without waiting for it.</summary>
    public ChannelReader<JsonElement> Received => _received.Reader;

    /// <summary>What the node closed with; null while it is open or when it was cut.</summary>
    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <summary>Completes when the node has closed or cut the connection.</summary>
    public Task Closed => _reading.WaitAsync(Patience.Long);

    public static async Task<TestPeer> ConnectAsync(
        Uri url, Action<ClientWebSocketOptions>? options = null, HttpMessageInvoker? http = null)
    {
        var socket = new ClientWebSocket();
        options?.Invoke(socket.Options);
        using var patience = new CancellationTokenSource(Patience.Long);
        await socket.ConnectAsync(url, http, patience.Token);
        return new TestPeer(socket);
    }

    public static string Data(string id, string payload) =>
        $$"""{"type":"data","id":"{{id}}","timestamp":1704844800000,"payload":{{payload}}}""";

    public async Task SendAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
    }

    public async Task SendAsync(byte[] bytes, WebSocketMessageType type)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        await _socket.SendAsync(bytes.AsMemory(), type, endOfMessage: true, patience.Token);
    }

    /// <summary>The next envelope from the node.</summary>
    public async Task<JsonElement> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        return await _received.Reader.ReadAsync(patience.Token);
    }

    /// <summary>The next envelope of a type; others before it are passed over.</summary>
    public async Task<JsonElement> ReceiveAsync(string type)
    {
        while (true)
        {
            var envelope = await ReceiveAsync();
            if (envelope.GetProperty("type").ValueEquals(type))
            {
                return envelope;
            }
        }
    }

    /// <summary>Sends a close frame and waits for the node's.</summary>
    public async Task CloseAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        await Closed;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await Task.WhenAny(_reading);
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[256 * 1024];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    break;
                }

                _received.Writer.TryWrite(JsonDocument.Parse(buffer.AsMemory(0, length).ToArray()).RootElement);
            }
        }
        catch (Exception e) when (
            e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut; whoever waits for an answer is told by the completed channel.
        }

        _received.Writer.TryComplete();
    }
}
