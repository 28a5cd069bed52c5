using System.Net.WebSockets;
using System.Text;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A peer among very many: counts and acks what it gets, and keeps nothing.</summary>
internal sealed class LightPeer : IAsyncDisposable
{
    // The largest message that any test sends to it is far smaller.
    private const int BufferSize = 1024;
    private const string IdKey = "\"id\":\"";

    private readonly ClientWebSocket _socket = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private Task _reading = Task.CompletedTask;
    private int _count;

    /// <summary>Different messages received.</summary>
    public int Count => Volatile.Read(ref _count);

    public static async Task<LightPeer> ConnectAsync(Uri url, string name)
    {
        var peer = new LightPeer();
        using var patience = new CancellationTokenSource(Patience.Long);
        peer._socket.Options.SetRequestHeader("X-Federation-Peer", name);
        peer._socket.Options.SetBuffer(BufferSize, BufferSize);
        await peer._socket.ConnectAsync(url, patience.Token);
        peer._reading = Task.Run(peer.ReadAsync);
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await Task.WhenAny(_reading);
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[BufferSize];
        while (_socket.State == WebSocketState.Open)
        {
            var read = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            var text = Encoding.UTF8.GetString(buffer, 0, read.Count);
            if (!read.EndOfMessage || !text.StartsWith("{\"type\":\"data\"", StringComparison.Ordinal))
            {
                continue;
            }

            var start = text.IndexOf(IdKey, StringComparison.Ordinal) + IdKey.Length;
            var id = text[start..text.IndexOf('"', start)];
            _ids.Add(id);
            Volatile.Write(ref _count, _ids.Count);
            await _socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"ack","id":"{{id}}"}""").AsMemory(), WebSocketMessageType.Text,
                endOfMessage: true, CancellationToken.None);
        }
    }
}
