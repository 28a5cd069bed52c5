using System.Net.WebSockets;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sockets;

/// <summary>One open WebSocket, accepted or dialled.</summary>
/// <remarks>One reader and one writer at the same time. Disposing releases the network connection and every buffer; <see cref="Abort"/>
/// may be called from any thread and makes pending calls fail.</remarks>
internal interface IPeerSocket : IAsyncDisposable
{
    /// <summary>Address and port of the other end, for logs and status; never a credential.</summary>
    string RemoteAddress { get; }

    /// <summary>True when the next receive does not wait for the network.</summary>
    bool HasBufferedBytes { get; }

    bool IsText { get; }

    /// <summary>The other end's breach of RFC 6455 or RFC 7692, or null. The last receive then reported a close frame; the connection can
    /// still be written to and closed.</summary>
    PumpViolation? Violation { get; }

    /// <summary>From the other end's close frame; null before it or when it has none.</summary>
    WebSocketCloseStatus? CloseStatus { get; }

    string CloseText { get; }

    /// <summary>Why this end cut the connection, or null.</summary>
    string? AbortReason { get; }

    /// <summary>Reads the next part of a message. An empty buffer completes when the next message has begun to arrive, and holds no
    /// memory while it waits.</summary>
    /// <exception cref="WebSocketException">The connection was lost or the other end broke RFC 6455.</exception>
    ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>
    /// Sends everything in <paramref name="messages"/> as text and binary messages, in order, with as few writes to the network as
    /// possible.
    /// </summary>
    ValueTask SendAsync(OutboundBuffer messages, CancellationToken cancellationToken);

    /// <summary>Sends the close frame (RFC 6455 section 5.5.1) without waiting for the other end's, which the receive loop
    /// gets.</summary>
    ValueTask CloseAsync(WebSocketCloseStatus status, string description, CancellationToken cancellationToken);

    void Abort();
}
