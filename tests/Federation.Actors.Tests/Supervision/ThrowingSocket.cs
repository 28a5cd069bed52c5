using System.Net.WebSockets;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.Supervision;

/// <summary>A socket whose sending throws what no socket does.</summary>
internal sealed class ThrowingSocket(MemorySocket inner) : IPeerSocket
{
    public string RemoteAddress => inner.RemoteAddress;

    public bool HasBufferedBytes => inner.HasBufferedBytes;

    public bool IsText => inner.IsText;

    public PumpViolation? Violation => inner.Violation;

    public WebSocketCloseStatus? CloseStatus => inner.CloseStatus;

    public string CloseText => inner.CloseText;

    public string? AbortReason => inner.AbortReason;

    public bool IsDisposed { get; private set; }

    public ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        inner.ReceiveAsync(buffer, cancellationToken);

    public ValueTask SendAsync(OutboundBuffer messages, CancellationToken cancellationToken) =>
        throw new NotSupportedException("this peer cannot be sent to");

    public ValueTask CloseAsync(WebSocketCloseStatus status, string description, CancellationToken cancellationToken) =>
        inner.CloseAsync(status, description, cancellationToken);

    public void Abort() => inner.Abort();

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return inner.DisposeAsync();
    }
}
