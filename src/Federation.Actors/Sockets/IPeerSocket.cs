using System.Net.WebSockets;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sockets;

/// <summary>One open WebSocket, accepted or dialled, as the connection that owns it sees it.</summary>
/// <remarks>
/// One reader and one writer may use it at the same time; neither side is thread-safe in itself. Disposing it releases the
/// network connection and every buffer; <see cref="Abort"/> may be called from any thread and makes pending calls fail.
/// </remarks>
internal interface IPeerSocket : IAsyncDisposable
{
    /// <summary>Address and port of the other end, for logs and status; never a credential.</summary>
    string RemoteAddress { get; }

    /// <summary>True when bytes are already in this process's memory, so that the next receive does not wait for the network.</summary>
    bool HasBufferedBytes { get; }

    bool IsText { get; }

    /// <summary>
    /// What the other end has done against RFC 6455, or RFC 7692; null: nothing. Then the last receive has reported a close frame, and the
    /// connection can still be written to and closed, but not read.
    /// </summary>
    PumpViolation? Violation { get; }

    /// <summary>What the other end's close frame said; null before it came or when it said nothing.</summary>
    WebSocketCloseStatus? CloseStatus { get; }

    /// <summary>The text of that close frame, safe to log; empty when there is none.</summary>
    string CloseText { get; }

    /// <summary>Why this end cut the connection; null when it did not, or for no reason of its own.</summary>
    string? AbortReason { get; }

    /// <summary>
    /// Reads the next part of a message into <paramref name="buffer"/>. An empty buffer completes when the next message has begun to
    /// arrive, and holds no buffer while it waits.
    /// </summary>
    /// <exception cref="WebSocketException">The connection was lost or the other end broke RFC 6455.</exception>
    ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>
    /// Sends every text in <paramref name="messages"/> as a text message of its own, in order, with as few writes to the network as
    /// possible.
    /// </summary>
    ValueTask SendAsync(OutboundBuffer messages, CancellationToken cancellationToken);

    /// <summary>
    /// Sends the close frame (RFC 6455 section 5.5.1). Does not wait for the other end's; the receive loop sees that one.
    /// </summary>
    ValueTask CloseAsync(WebSocketCloseStatus status, string description, CancellationToken cancellationToken);

    /// <summary>Ends the network connection at once.</summary>
    void Abort();
}
