using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Security;

namespace Federation.Actors.Sockets;

/// <summary>A peer's socket over System.Net.WebSockets and a <see cref="CoalescingStream"/>.</summary>
/// <remarks>
/// Owns both. <c>abortTransport</c> is not called once <see cref="LingerAsync"/> has ended. Every incoming message is reported as binary,
/// and
/// <see cref="IsText"/> says what the peer called it. After <see cref="Abort()"/> pending calls fail with
/// <see cref="WebSocketException"/> or <see cref="OperationCanceledException"/>.
/// </remarks>
internal sealed class WebSocketPeerSocket(
    WebSocket socket, CoalescingStream stream, Action abortTransport, string remoteAddress, SentSecrets? secrets = null) : IPeerSocket
{
    /// <summary>A control frame carries 125 bytes, two of them the status (RFC 6455 section 5.5).</summary>
    private const int MaxDescriptionBytes = 123;

    /// <summary>Shorter messages are not compressed (RFC 7692 section 6.1 lets each message choose): without context takeover deflate
    /// does not shorten an ack, and costs a pass through zlib.</summary>
    private const int CompressFrom = 1024;

    /// <summary>The longest silence before a closed connection is released: the other end has read the close frame by then, or is
    /// gone.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    private readonly WebSocket _socket = socket;
    private readonly SentSecrets? _secrets = secrets;
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private SilenceWatch _silence;
    private bool _disposed;
    private volatile bool _aborted;

    public string RemoteAddress { get; } = remoteAddress;

    /// <inheritdoc cref="ConnectedPeer.IsBatching" />
    public bool IsBatching { get; init; }

    /// <summary>Compresses batch frames; null: they go as they are.</summary>
    public FrameCompressor? Compressor { get; init; }

    /// <summary>Whether texts are compressed, where that has been agreed to.</summary>
    public bool CompressesTexts { get; init; } = true;

    public bool HasBufferedBytes => stream.HasBufferedBytes;

    public bool IsText => stream.IsText;

    /// <remarks>The framing checks compressed data only: a failure with data left to read is the data's.</remarks>
    public PumpViolation? Violation => stream.Violation ?? (IsUninflatable ? Uninflatable : null);

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string CloseText =>
        _secrets is { } secrets ? secrets.Clean(_socket.CloseStatusDescription) : SafeText.Of(_socket.CloseStatusDescription);

    public string? AbortReason { get; private set; }

    /// <summary>Completes when this socket has been disposed. Never fails.</summary>
    public Task Completed => _completed.Task;

    public bool ClosedByBoth { get; private set; }

    private static PumpViolation Uninflatable =>
        new(WebSocketCloseStatus.InvalidPayloadData, "a compressed message cannot be decompressed");

    private bool IsUninflatable =>
        _socket.State == WebSocketState.Aborted && stream is { IsCompressed: true, IsLost: false } && !_disposed && !_aborted;

    public long WaitingSince => stream.WaitingSince;

    public long BegunSince => stream.BegunSince;

    /// <summary>Ends the reading of an overdue message as a violation. For any thread.</summary>
    public void Expire()
    {
        if (stream.Violation is null)
        {
            stream.Expire(new PumpViolation(WebSocketCloseStatus.PolicyViolation, "the rest of a message did not arrive in time"));
        }
    }

    public int CurrentWrite => stream.CurrentWrite;

    public ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _socket.ReceiveAsync(buffer, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(OutboundBuffer messages, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var registration = cancellationToken.UnsafeRegister(static socket => ((WebSocketPeerSocket)socket!).Abort(), this);
        try
        {
            stream.Cork();
            try
            {
                for (var index = 0; index < messages.Count; index++)
                {
                    var text = messages[index];
                    var isBinary = messages.IsBinary(index);
                    if (isBinary && Compressor is not null && await TrySendCompressedAsync(Compressor, text))
                    {
                        continue;
                    }

                    var flags = isBinary || !CompressesTexts || text.Length < CompressFrom
                        ? WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression
                        : WebSocketMessageFlags.EndOfMessage;

                    // A token that can be cancelled would cost a registration per message; the one above serves all of them.
                    await _socket.SendAsync(
                        text, isBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, flags,
                        CancellationToken.None);
                }
            }
            finally
            {
                await stream.UncorkAsync(CancellationToken.None);
            }
        }
        catch (Exception failure) when (failure is not (WebSocketException or OperationCanceledException))
        {
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, failure);
        }
    }

    /// <remarks>Has no effect once the close frame has left. A longer description is cut to 123 bytes of UTF-8.</remarks>
    public async ValueTask CloseAsync(WebSocketCloseStatus status, string description, CancellationToken cancellationToken)
    {
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await _socket.CloseOutputAsync(status, Cut(description), cancellationToken);
        }
        else if (_socket.State == WebSocketState.Aborted && Violation is not null && !_aborted)
        {
            // The framing has given up. What it wrote were whole frames, so that one more may follow.
            await stream.WriteAsync(CloseFrame(status, Cut(description)), cancellationToken);
        }
    }

    /// <summary>For the sweep only.</summary>
    public SilenceVerdict LookForSilence(long now, long pingAfter, long goneAfter) =>
        _silence.Look(now, WaitingSince, CurrentWrite, pingAfter, goneAfter);

    /// <summary>Has no effect on a closing socket or while a write is in progress.</summary>
    public void Ping(ReadOnlyMemory<byte> frame)
    {
        if (_socket.State == WebSocketState.Open)
        {
            stream.WriteIfIdle(frame);
        }
    }

    public void Abort(string reason)
    {
        AbortReason ??= reason;
        Abort();
    }

    public void Abort()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _aborted = true;

                // In this order: aborting the framing may run a waiting reader, which may dispose this socket and so end its request.
                abortTransport();
                _socket.Abort();
            }
        }
    }

    /// <summary>Ends the network connection of a disposed socket. While a close frame is unanswered, it first reads and drops what still
    /// arrives: closing a TCP connection with unread bytes resets it, and a reset may overtake the close frame.</summary>
    public async Task LingerAsync(TimeSpan atMost, TimeProvider time)
    {
        // Whoever owns the network ends it afterwards, in order. An abort would reset it.
        if (!ClosedByBoth && !await stream.DropIncomingAsync(atMost, Quiet, time))
        {
            abortTransport();
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                ClosedByBoth = _socket.State == WebSocketState.Closed && stream.Violation is null;
                if (_socket.State == WebSocketState.Open)
                {
                    // Nobody said goodbye: whoever still waits in a read must be woken.
                    abortTransport();
                    _socket.Abort();
                }

                _disposed = true;
                _socket.Dispose();
                _completed.TrySetResult();
            }
        }

        return default;
    }

    /// <summary>Writes a frame past the framing, which compresses at one level only and does not report the result.</summary>
    private async ValueTask<bool> TrySendCompressedAsync(FrameCompressor compressor, ReadOnlyMemory<byte> message)
    {
        if (_socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)
            || compressor.TryCompress(message.Span) is not { } frame)
        {
            return false;
        }

        try
        {
            await stream.WriteAsync(frame, CancellationToken.None);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame.Array!);
        }

        return true;
    }

    private byte[] CloseFrame(WebSocketCloseStatus status, string description)
    {
        var text = Encoding.UTF8.GetBytes(description);
        byte[] head = [0x88, (byte)((stream.IsAccepted ? 0 : 0x80) | (2 + text.Length)), .. stream.IsAccepted ? [] : new byte[4]];
        return [.. head, (byte)((int)status >> 8), (byte)status, .. text];
    }

    private static string Cut(string description)
    {
        if (Encoding.UTF8.GetByteCount(description) <= MaxDescriptionBytes)
        {
            return description;
        }

        var bytes = 0;
        var length = 0;
        foreach (var rune in description.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxDescriptionBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return description[..length];
    }
}
