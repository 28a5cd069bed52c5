using System.Net.WebSockets;
using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;

namespace Federation.Actors.TestKit;

/// <summary>A connection without a network: one end is the node's, the other a peer's, which can break it in all the ways that a network can.</summary>
/// <remarks>Thread-safe. What the peer does wakes the node's reader before the call returns, so that nothing but mailboxes is still on its way.</remarks>
internal sealed class MemorySocket(Journal<PeerEvent> peer, Readers? readers = null) : IPeerSocket
{
    private readonly Lock _gate = new();

    // To the node: whole messages; null is the close frame.
    private readonly Queue<byte[]?> _incoming = new();

    // To the peer: what it has not read yet because it has stalled.
    private readonly Queue<PeerEvent> _unread = new();
    private TaskCompletionSource? _reader;
    private TaskCompletionSource? _writer;
    private WebSocketException? _readFault;
    private WebSocketException? _writeFault;
    private WebSocketCloseStatus? _peerStatus;
    private string _peerText = "";
    private int _at;
    private bool _stalled;
    private bool _silent;
    private bool _peerClosed;
    private bool _ended;
    private bool _readToEnd;

    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _ended || _readToEnd;
            }
        }
    }

    public bool IsBeingRead
    {
        get
        {
            lock (_gate)
            {
                return !_ended && !_readToEnd && _reader is not { Task.IsCompleted: false };
            }
        }
    }

    public string RemoteAddress => "memory";

    public bool IsText => true;

    public PumpViolation? Violation => null;

    public WebSocketCloseStatus? CloseStatus { get; private set; }

    public string CloseText { get; private set; } = "";

    public string? AbortReason => null;

    public bool HasBufferedBytes
    {
        get
        {
            lock (_gate)
            {
                return _incoming.Count > 0;
            }
        }
    }

    /// <returns>False when the connection has ended.</returns>
    public bool Send(string text)
    {
        TaskCompletionSource? reader;
        lock (_gate)
        {
            if (_ended || _peerClosed)
            {
                return false;
            }

            if (!_silent)
            {
                _incoming.Enqueue(Encoding.UTF8.GetBytes(text));
            }

            reader = _reader;
        }

        Complete(reader);
        return true;
    }

    public void SendClose(int code, string text = "")
    {
        TaskCompletionSource? reader;
        lock (_gate)
        {
            EnqueueClose((WebSocketCloseStatus)code, text);
            reader = _reader;
        }

        Complete(reader);
    }

    public void Stall()
    {
        lock (_gate)
        {
            _stalled = true;
        }
    }

    /// <summary>The peer, stalled, reads this many messages of those that wait.</summary>
    public void Read(int count)
    {
        TaskCompletionSource? reader;
        TaskCompletionSource? writer;
        lock (_gate)
        {
            (reader, writer) = Take(count);
        }

        Complete(reader);
        Complete(writer);
    }

    public void Resume()
    {
        lock (_gate)
        {
            _stalled = false;
        }

        Read(int.MaxValue);
    }

    /// <summary>From now on nothing arrives, in neither direction, and nobody is told: the network in between is gone.</summary>
    public void GoSilent()
    {
        lock (_gate)
        {
            _silent = true;
        }
    }

    /// <summary>The node's next read fails, once it has read what was sent before.</summary>
    public void BreakReads()
    {
        TaskCompletionSource? reader;
        lock (_gate)
        {
            _readFault ??= new WebSocketException("the connection was broken on reading");
            reader = _reader;
        }

        Complete(reader);
    }

    /// <summary>The node's next write fails, and the one that is under way.</summary>
    public void BreakWrites()
    {
        TaskCompletionSource? writer;
        lock (_gate)
        {
            _writeFault ??= new WebSocketException("the connection was broken on writing");
            writer = _writer;
        }

        Complete(writer);
    }

    /// <summary>The connection is lost, and both ends notice.</summary>
    public void Cut() => End("the connection was cut", seen: false);

    public async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task? arrival = null;
            WebSocketException? fault = null;
            ValueWebSocketReceiveResult result = default;
            lock (_gate)
            {
                if (_incoming.TryPeek(out var message))
                {
                    result = Receive(message, buffer.Span);
                }
                else if (_readFault is not null)
                {
                    _readToEnd = true;
                    fault = _readFault;
                }
                else
                {
                    _reader = new TaskCompletionSource();
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
        lock (_gate)
        {
            if (_writeFault is { } fault)
            {
                return ValueTask.FromException(fault);
            }

            if (_silent)
            {
                return default;
            }

            for (var index = 0; index < messages.Count; index++)
            {
                _unread.Enqueue(new PeerEvent.Got(TestEnvelope.Read(Encoding.UTF8.GetString(messages[index].Span))));
            }

            Take(_stalled ? 0 : int.MaxValue);
            if (_unread.Count == 0)
            {
                return default;
            }

            _writer = new TaskCompletionSource();
            return new ValueTask(WaitAsync(_writer.Task));
        }
    }

    public ValueTask CloseAsync(WebSocketCloseStatus status, string description, CancellationToken cancellationToken)
    {
        TaskCompletionSource? reader;
        lock (_gate)
        {
            if (_writeFault is { } fault)
            {
                return ValueTask.FromException(fault);
            }

            if (_silent)
            {
                return default;
            }

            _unread.Enqueue(new PeerEvent.Closed((int)status, description));
            (reader, _) = Take(_stalled ? 0 : int.MaxValue);
        }

        Complete(reader);
        return default;
    }

    public void Abort() => End("the node has cut the connection", seen: true);

    public ValueTask DisposeAsync()
    {
        End("the node has let go of the connection", seen: false);
        return default;
    }

    private static void Complete(TaskCompletionSource? waiting) => Inline.Run(() => waiting?.TrySetResult());

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

    /// <summary>The peer reads. A close frame it answers, as RFC 6455 section 5.5.1 has it.</summary>
    private (TaskCompletionSource? Reader, TaskCompletionSource? Writer) Take(int count)
    {
        TaskCompletionSource? reader = null;
        while (count-- > 0 && _unread.TryDequeue(out var next))
        {
            peer.Add(next);
            if (next is PeerEvent.Closed closed && !_peerClosed)
            {
                EnqueueClose((WebSocketCloseStatus)closed.Code, closed.Description);
                reader = _reader;
            }
        }

        return (reader, _unread.Count == 0 ? _writer : null);
    }

    private void EnqueueClose(WebSocketCloseStatus status, string text)
    {
        if (_ended || _silent || _peerClosed)
        {
            return;
        }

        _peerClosed = true;
        (_peerStatus, _peerText) = (status, text);
        _incoming.Enqueue(null);
    }

    private ValueWebSocketReceiveResult Receive(byte[]? message, Span<byte> buffer)
    {
        if (message is null)
        {
            // It stays: whoever reads again hears the same.
            _readToEnd = true;
            (CloseStatus, CloseText) = (_peerStatus, _peerText);
            return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true);
        }

        var count = Math.Min(buffer.Length, message.Length - _at);
        message.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        var isLast = _at == message.Length;
        if (isLast)
        {
            _incoming.Dequeue();
            _at = 0;
        }

        return new ValueWebSocketReceiveResult(count, WebSocketMessageType.Text, isLast);
    }

    private void End(string reason, bool seen)
    {
        TaskCompletionSource? reader;
        TaskCompletionSource? writer;
        lock (_gate)
        {
            if (seen && !_ended && !_silent)
            {
                peer.Add(new PeerEvent.Lost());
            }

            _ended = true;
            _incoming.Clear();
            _at = 0;
            _unread.Clear();
            _readFault ??= new WebSocketException(reason);
            _writeFault ??= new WebSocketException(reason);
            (reader, writer) = (_reader, _writer);
        }

        readers?.Rested();
        Complete(reader);
        Complete(writer);
    }
}

/// <summary>Something that a peer sees of its connection.</summary>
internal abstract record PeerEvent
{
    public sealed record Got(TestEnvelope Envelope) : PeerEvent
    {
        public override string ToString() => Envelope.ToString();
    }

    public sealed record Closed(int Code, string Description) : PeerEvent
    {
        public override string ToString() => $"close {Code} \"{Description}\"";
    }

    public sealed record Lost : PeerEvent
    {
        public override string ToString() => "the end of the connection without a close";
    }
}

/// <summary>Runs what waits for a task here and now: where a thread has a context of its own, as a test's may, it would be queued to another thread.</summary>
internal static class Inline
{
    /// <summary>Completes a task, or does not.</summary>
    public static T Run<T>(Func<T> complete)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return complete();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
