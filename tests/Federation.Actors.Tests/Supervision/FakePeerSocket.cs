using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Akka.Actor;
using Federation.Actors.Tests.Queueing;
using Federation.Actors.Wire;

namespace Federation.Actors.Tests.Supervision;

/// <summary>A peer that sends what a test says and tells a log what it gets.</summary>
internal sealed class FakePeerSocket(IActorRef log) : IPeerSocket
{
    private readonly Channel<byte[]> _incoming = Channel.CreateUnbounded<byte[]>();
    private byte[]? _current;
    private int _at;

    /// <summary>Whether sending to this peer throws.</summary>
    public bool ThrowsOnSend { get; init; }

    public string RemoteAddress => "peer";

    public bool HasBufferedBytes => _current is not null || _incoming.Reader.Count > 0;

    public WebSocketCloseStatus? CloseStatus => WebSocketCloseStatus.NormalClosure;

    public void PeerSends(string id) => _incoming.Writer.TryWrite(Encoding.UTF8.GetBytes(Batches.Envelope(id)));

    /// <summary>The peer's close frame arrives.</summary>
    public void PeerCloses() => _incoming.Writer.TryWrite([]);

    public async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _current ??= await _incoming.Reader.ReadAsync(cancellationToken);
        if (_current.Length == 0)
        {
            _current = null;
            return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true);
        }

        var count = Math.Min(buffer.Length, _current.Length - _at);
        _current.AsSpan(_at, count).CopyTo(buffer.Span);
        _at += count;
        var end = _at == _current.Length;
        if (end)
        {
            _current = null;
            _at = 0;
        }

        return new ValueWebSocketReceiveResult(count, WebSocketMessageType.Text, end);
    }

    public ValueTask SendAsync(OutboundBuffer messages, CancellationToken cancellationToken)
    {
        if (ThrowsOnSend)
        {
            throw new NotSupportedException("this peer cannot be sent to");
        }

        for (var n = 0; n < messages.Count; n++)
        {
            log.Tell(new Got(Encoding.UTF8.GetString(messages[n].Span)));
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CloseAsync(WebSocketCloseStatus status, string description, CancellationToken cancellationToken)
    {
        log.Tell(new GotClose(status, description));
        return ValueTask.CompletedTask;
    }

    public void Abort()
    {
        log.Tell(new Aborted());
        _incoming.Writer.TryComplete();
    }

    public ValueTask DisposeAsync()
    {
        _incoming.Writer.TryComplete();
        log.Tell(new Disposed());
        return ValueTask.CompletedTask;
    }

    internal sealed record Got(string Text);

    internal sealed record GotClose(WebSocketCloseStatus Status, string Description);

    internal sealed record Aborted;

    internal sealed record Disposed;
}
