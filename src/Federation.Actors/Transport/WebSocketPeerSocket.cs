using System.Net.WebSockets;
using System.Text;
using Federation.Actors.Wire;

namespace Federation.Actors.Transport;

/// <summary>A socket over the stock framing and a <see cref="CoalescingStream"/>.</summary>
internal sealed class WebSocketPeerSocket : IPeerSocket
{
    /// <summary>Bytes of a close frame's reason at most (RFC 6455 section 5.5: 125, less 2 for the status).</summary>
    private const int LongestReason = 123;

    private readonly WebSocket _socket;
    private readonly CoalescingStream _stream;
    private readonly Action _abort;
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="socket">The framing; owned from now on.</param>
    /// <param name="stream">What it stands on.</param>
    /// <param name="remoteAddress">Of the other end.</param>
    /// <param name="abort">Cuts the network connection.</param>
    public WebSocketPeerSocket(WebSocket socket, CoalescingStream stream, string remoteAddress, Action abort)
    {
        _socket = socket;
        _stream = stream;
        _abort = abort;
        RemoteAddress = remoteAddress;
    }

    /// <inheritdoc />
    public string RemoteAddress { get; }

    /// <inheritdoc />
    public bool HasBufferedBytes => _stream.HasBufferedBytes;

    /// <inheritdoc />
    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <summary>Completes when the socket has been disposed.</summary>
    public Task Disposed => _disposed.Task;

    /// <inheritdoc />
    public ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _socket.ReceiveAsync(buffer, cancellationToken);

    /// <inheritdoc />
    public async ValueTask SendAsync(OutboundBuffer messages, CancellationToken cancellationToken)
    {
        _stream.Cork();
        try
        {
            for (var i = 0; i < messages.Count; i++)
            {
                await _socket.SendAsync(messages[i], WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            }
        }
        finally
        {
            await _stream.UncorkAsync();
        }
    }

    /// <inheritdoc />
    public async ValueTask CloseAsync(WebSocketCloseStatus status, string description, CancellationToken cancellationToken)
    {
        // Statuses that stand for an absence are never sent (RFC 6455 section 7.4.1).
        var sendable = status == WebSocketCloseStatus.Empty ? WebSocketCloseStatus.NormalClosure : status;
        await _socket.CloseOutputAsync(sendable, Cut(description), cancellationToken);
    }

    /// <inheritdoc />
    public void Abort()
    {
        _socket.Abort();
        _abort();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _disposed.TrySetResult();
        return ValueTask.CompletedTask;
    }

    private static string Cut(string description)
    {
        while (Encoding.UTF8.GetByteCount(description) > LongestReason)
        {
            description = description[..^1];
        }

        return description;
    }
}
