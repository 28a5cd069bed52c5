using System.Net.WebSockets;
using System.Text;
using Akka.Actor;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;

namespace Federation.Actors.Tests.Sockets;

/// <summary>A socket whose other end is the test. What is done to it, it tells an observer as <see cref="SocketEvents"/>.</summary>
internal sealed class FakePeerSocket(IActorRef observer) : IPeerSocket
{
    private readonly Lock _lock = new();
    private readonly LinkedList<FakeFrame> _arrived = new();
    private TaskCompletionSource? _reader;
    private TaskCompletionSource? _writer;
    private Exception? _lost;
    private bool _holdsWrites;

    public string RemoteAddress => "192.0.2.1:4711";

    public bool IsText { get; private set; } = true;

    public PumpViolation? Violation { get; private set; }

    public WebSocketCloseStatus? CloseStatus { get; private set; }

    public string CloseText => "";

    public string? AbortReason => null;

    public bool HasBufferedBytes
    {
        get
        {
            lock (_lock)
            {
                return _arrived.Count > 0;
            }
        }
    }

    /// <summary>All of these arrive at once.</summary>
    public void Arrive(params FakeFrame[] frames)
    {
        lock (_lock)
        {
            foreach (var frame in frames)
            {
                _arrived.AddLast(frame);
            }

            _reader?.TrySetResult();
        }
    }

    /// <summary>The connection breaks.</summary>
    public void Lose(string reason) => Fail(new WebSocketException(reason));

    /// <summary>Reading and writing fail.</summary>
    public void Fail(Exception failure)
    {
        lock (_lock)
        {
            _lost ??= failure;
            _reader?.TrySetResult();
            _writer?.TrySetException(_lost);
        }
    }

    /// <summary>From now on the peer does not read.</summary>
    public void HoldWrites()
    {
        lock (_lock)
        {
            _holdsWrites = true;
        }
    }

    /// <summary>The peer reads again.</summary>
    public void ReleaseWrites()
    {
        lock (_lock)
        {
            _holdsWrites = false;
            _writer?.TrySetResult();
        }
    }

    public async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrival;
            lock (_lock)
            {
                if (_arrived.First is { } first)
                {
                    return Take(first, buffer);
                }

                if (_lost is not null)
                {
                    throw _lost;
                }

                _reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                arrival = _reader.Task;
            }

            await arrival;
        }
    }

    public ValueTask SendAsync(OutboundBuffer messages, CancellationToken cancellationToken)
    {
        observer.Tell(new SocketEvents.Written([.. Enumerable.Range(0, messages.Count).Select(index => Encoding.UTF8.GetString(messages[index].Span))]));
        lock (_lock)
        {
            if (_lost is not null)
            {
                return ValueTask.FromException(_lost);
            }

            if (!_holdsWrites)
            {
                return default;
            }

            _writer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_writer.Task);
        }
    }

    public ValueTask CloseAsync(WebSocketCloseStatus status, string description, CancellationToken cancellationToken)
    {
        observer.Tell(new SocketEvents.Closed(status, description));
        lock (_lock)
        {
            return _lost is null ? default : ValueTask.FromException(_lost);
        }
    }

    public void Abort()
    {
        observer.Tell(new SocketEvents.Aborted());
        Lose("aborted");
    }

    public ValueTask DisposeAsync()
    {
        observer.Tell(new SocketEvents.Disposed());
        Lose("disposed");
        return default;
    }

    private ValueWebSocketReceiveResult Take(LinkedListNode<FakeFrame> first, Memory<byte> buffer)
    {
        var frame = first.Value;
        if (frame.IsClose)
        {
            CloseStatus = frame.Status;
            Violation = frame.Violation;
            return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true);
        }

        IsText = frame.IsText;
        var count = Math.Min(frame.Bytes.Length, buffer.Length);
        frame.Bytes[..count].CopyTo(buffer);
        if (count < frame.Bytes.Length)
        {
            first.Value = frame with { Bytes = frame.Bytes[count..] };
            return new ValueWebSocketReceiveResult(count, WebSocketMessageType.Text, endOfMessage: false);
        }

        _arrived.Remove(first);
        return new ValueWebSocketReceiveResult(count, WebSocketMessageType.Text, frame.IsLast);
    }
}
