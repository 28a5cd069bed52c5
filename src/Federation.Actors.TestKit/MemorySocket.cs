using System.Net.WebSockets;
using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;

namespace Federation.Actors.TestKit;

/// <summary>A connection without a network between a node and a peer, which can break it in all the ways of a network.</summary>
/// <param name="observer">Receives events under the socket's lock: it must not call the socket.</param>
/// <param name="readers">Notified each time the node's reader comes to rest.</param>
/// <remarks>Thread-safe. An action of the peer wakes the node's reader before the call returns, unless continuations are
/// asynchronous.</remarks>
internal sealed class MemorySocket(Action<PeerEvent> observer, Readers? readers = null) : IPeerSocket
{
    private readonly Lock _gate = new();
    private readonly Queue<MemoryFrame> _incoming = new();

    private readonly Queue<PeerEvent> _unread = new();
    private TaskCompletionSource? _reader;
    private TaskCompletionSource? _writer;
    private Exception? _readFault;
    private Exception? _writeFault;
    private int _at;
    private bool _stalled;
    private bool _silent;
    private bool _peerClosed;
    private bool _ended;
    private bool _readToEnd;

    public bool IsOver => Locked(() => _ended || _readToEnd);

    public bool IsBeingRead => Locked(() => !_ended && !_readToEnd && _reader is not { Task.IsCompleted: false });

    public bool AnswersClose { get; init; } = true;

    /// <summary>Whether the node's reader and writer continue on other threads.</summary>
    public bool IsAsynchronous { get; init; }

    public string RemoteAddress { get; init; } = "memory";

    public bool IsText { get; private set; } = true;

    public PumpViolation? Violation { get; private set; }

    public WebSocketCloseStatus? CloseStatus { get; private set; }

    public string CloseText { get; private set; } = "";

    public string? AbortReason => null;

    public bool HasBufferedBytes => Locked(() => _incoming.Count > 0);

    public static MemorySocket For(Journal<PeerEvent> peer, Readers? readers = null) => new(
        seen =>
        {
            if (seen is not (PeerEvent.Written or PeerEvent.Disposed))
            {
                peer.Add(seen);
            }
        },
        readers);

    /// <summary>The frames arrive at once.</summary>
    /// <returns>False when the connection has ended.</returns>
    public bool Send(params IReadOnlyList<MemoryFrame> frames)
    {
        var isOpen = false;
        Do(() =>
        {
            isOpen = !_ended && !_peerClosed;
            foreach (var frame in isOpen && !_silent ? frames : [])
            {
                _peerClosed |= frame.IsClose;
                _incoming.Enqueue(frame);
            }
        });
        return isOpen;
    }

    public void Stall() => Do(() => _stalled = true);

    public void Read(int count) => Do(() => Take(count));

    public void Resume() => Do(() =>
    {
        _stalled = false;
        Take(int.MaxValue);
    });

    /// <summary>Nothing arrives in either direction, and neither end notices: the network is lost.</summary>
    public void GoSilent() => Do(() => _silent = true);

    /// <summary>Fails the node's next read, after what was sent before.</summary>
    public void BreakReads(Exception? fault = null) =>
        Do(() => _readFault ??= fault ?? new WebSocketException("the connection was broken on reading"));

    public void BreakWrites(Exception? fault = null) =>
        Do(() => _writeFault ??= fault ?? new WebSocketException("the connection was broken on writing"));

    public void Break(Exception fault)
    {
        BreakReads(fault);
        BreakWrites(fault);
    }

    public void Cut() => End("the connection was cut", null);

    public async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task? arrival = null;
            Exception? fault = null;
            ValueWebSocketReceiveResult result = default;
            lock (_gate)
            {
                if (_incoming.TryPeek(out var frame))
                {
                    result = Receive(frame, buffer.Span);
                }
                else if (_readFault is not null)
                {
                    _readToEnd = true;
                    fault = _readFault;
                }
                else
                {
                    _reader = NewSource();
                    arrival = _reader.Task;
                }
            }

            if (arrival is null && fault is null && result.MessageType != WebSocketMessageType.Close)
            {
                return result;
            }

            readers?.Rested();
            if (fault is not null)
            {
                throw fault;
            }

            if (arrival is null)
            {
                return result;
            }

            await arrival;
        }
    }

    public ValueTask SendAsync(OutboundBuffer messages, CancellationToken cancellationToken)
    {
        string[] texts = [.. Enumerable.Range(0, messages.Count).Select(index => Text(messages, index))];
        lock (_gate)
        {
            observer(new PeerEvent.Written(texts));
            if (_writeFault is not null || _silent)
            {
                return _writeFault is null ? default : ValueTask.FromException(_writeFault);
            }

            foreach (var text in texts)
            {
                _unread.Enqueue(new PeerEvent.Got(text));
            }

            Take(_stalled ? 0 : int.MaxValue);
            if (_unread.Count == 0)
            {
                return default;
            }

            _writer = NewSource();
            return new ValueTask(WaitAsync(_writer.Task));
        }
    }

    public ValueTask CloseAsync(WebSocketCloseStatus status, string description, CancellationToken cancellationToken)
    {
        Exception? fault = null;
        Do(() =>
        {
            fault = _writeFault;
            if (fault is null && !_silent)
            {
                _unread.Enqueue(new PeerEvent.Closed((int)status, description));
                Take(_stalled ? 0 : int.MaxValue);
            }
        });
        return fault is null ? default : ValueTask.FromException(fault);
    }

    public void Abort() => End("the node has aborted the connection", new PeerEvent.Lost());

    public ValueTask DisposeAsync()
    {
        End("the node has released the connection", null);
        observer(new PeerEvent.Disposed());
        return default;
    }

    private static string Text(OutboundBuffer messages, int index) => messages.IsBinary(index)
        ? PeerEvent.Binary + Convert.ToHexStringLower(messages[index].Span) : Encoding.UTF8.GetString(messages[index].Span);

    private TaskCompletionSource NewSource() =>
        new(IsAsynchronous ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);

    private bool Locked(Func<bool> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    /// <summary>Changes the state, and then completes the reader and the writer if they can continue.</summary>
    private void Do(Action change)
    {
        TaskCompletionSource? reader;
        TaskCompletionSource? writer;
        lock (_gate)
        {
            change();
            reader = _incoming.Count > 0 || _readFault is not null ? _reader : null;
            writer = _unread.Count == 0 || _writeFault is not null ? _writer : null;
        }

        Inline.Run(() => reader?.TrySetResult());
        Inline.Run(() => writer?.TrySetResult());
    }

    /// <summary>A pending write fails when the connection breaks.</summary>
    private async Task WaitAsync(Task written)
    {
        await written;
        lock (_gate)
        {
            if (_writeFault is { } fault)
            {
                throw fault;
            }
        }
    }

    private void Take(int count)
    {
        while (count-- > 0 && _unread.TryDequeue(out var next))
        {
            observer(next);
            if (next is PeerEvent.Closed closed && AnswersClose && !_ended && !_peerClosed)
            {
                _peerClosed = true;
                _incoming.Enqueue(MemoryFrame.Close((WebSocketCloseStatus)closed.Code, closed.Description));
            }
        }
    }

    private ValueWebSocketReceiveResult Receive(MemoryFrame frame, Span<byte> buffer)
    {
        if (frame.IsClose)
        {
            // It stays: whoever reads again gets the same.
            _readToEnd = true;
            (CloseStatus, CloseText, Violation) = (frame.Status, frame.CloseText, frame.Violation);
            return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true);
        }

        IsText = frame.IsText;
        var count = Math.Min(buffer.Length, frame.Bytes.Length - _at);
        frame.Bytes.Span.Slice(_at, count).CopyTo(buffer);
        _at += count;
        var isWhole = _at == frame.Bytes.Length;
        if (isWhole)
        {
            _incoming.Dequeue();
            _at = 0;
        }

        return new ValueWebSocketReceiveResult(count, WebSocketMessageType.Text, isWhole && frame.IsLast);
    }

    private void End(string reason, PeerEvent? seen)
    {
        var fault = new WebSocketException(reason);
        Do(() =>
        {
            if (seen is not null && !_ended && !_silent)
            {
                observer(seen);
            }

            _ended = true;
            _incoming.Clear();
            _at = 0;
            _unread.Clear();
            _readFault ??= fault;
            _writeFault ??= fault;
        });
        readers?.Rested();
    }
}
