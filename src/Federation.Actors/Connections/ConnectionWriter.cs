using Akka.Actor;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;

namespace Federation.Actors.Connections;

/// <summary>The outgoing side of one connection: answers, requests and messages, written together as fast as the network takes
/// them.</summary>
/// <remarks>One write at a time; at its end the actor gets <see cref="WriteEnded"/> and calls <see cref="EndSend"/>. Not
/// thread-safe.</remarks>
internal sealed class ConnectionWriter(IActorRef self, IPeerSocket socket, ConnectionSetup setup, bool isBatching = false)
{
    // Of an envelope, without its id, which is at most as long as one that has come in.
    private const int HeadLength = 256;

    private readonly AnswerBuffers _buffers = new(
        setup.WriteBufferSize, isBatching ? new BatchWriter(setup.Settings.MaxMessageSize) : null);
    private AnswerWriter? _writer;
    private int _filled;
    private int _sending;
    private int _flushed;

    public AnswerWriter Writer =>
        _writer ??= new AnswerWriter(_buffers, setup.Metrics, setup.Log, answersRequests: setup.Routes.Requests.IsNobody());

    public IActorRef Delivery { get; private set; } = ActorRefs.Nobody;

    /// <summary>The records that have not been answered; null: there are none on the connection.</summary>
    public SentMessages? Sent => _buffers.Frames?.Sent;

    public long WaitingBytes => _buffers.Bytes;

    /// <summary>True when more bytes wait than the settings allow.</summary>
    public bool IsOver => _buffers.Bytes > setup.Settings.SendQueueBytes;

    /// <summary>Messages come from this actor from now on.</summary>
    public void Attach(EgressProtocol.Attached attached)
    {
        Delivery = attached.WantsFlushed ? attached.Delivery : ActorRefs.Nobody;
        _buffers.Frames?.IsAnswered = !attached.WantsFlushed;
    }

    /// <summary>The sender keeps a window that fits.</summary>
    public void Write(IReadOnlyList<OutboundMessage> messages, long now)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            try
            {
                if (isBatching)
                {
                    _buffers.Write(messages[i]);
                }
                else
                {
                    EnvelopeWriter.WriteMessage(_buffers.Filling, messages[i], now);
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // It is sent again, as often as any that is not acked.
                _buffers.Filling.DiscardUnfinished();
                setup.Log.WriteFailure(setup.Metrics, "send a message", e);
            }
        }

        _filled += messages.Count;
    }

    /// <summary>Refuses a request that is too large, so that a slow peer does not lose its connection.</summary>
    public bool TryWrite(RequestProtocol.Request request, long now)
    {
        if (!HasRoom(request.Payload))
        {
            return false;
        }

        Writer.WriteRequest(request, now);
        return true;
    }

    public void Write(RequestProtocol.Reply reply, long now)
    {
        if (HasRoom(reply.Payload))
        {
            Writer.WriteReply(reply, now);
        }
        else
        {
            Writer.WriteTooLarge(reply, now);
        }
    }

    /// <summary>Sends until nothing is left or the network does not take more at once.</summary>
    public void TrySend()
    {
        while (_buffers.Begin() is { } buffer)
        {
            (_sending, _filled) = (_filled, 0);
            setup.Metrics.BytesSent.Inc(buffer.Length);
            var sending = socket.SendAsync(buffer, CancellationToken.None);
            if (!sending.IsCompletedSuccessfully)
            {
                _ = sending.AsTask().PipeTo(
                    self, success: static () => WriteEnded.Well, failure: static e => new WriteEnded(ConnectionLoss.Describe(e)));
                break;
            }

            EndSend();
        }

        if (_flushed > 0 && !Delivery.IsNobody())
        {
            Delivery.Tell(new EgressProtocol.Flushed(self, _flushed), self);
            _flushed = 0;
        }
    }

    public void EndSend()
    {
        _buffers.End();
        _flushed += _sending;
        _sending = 0;
    }

    public void SendLast(ConnectionProtocol.Close close)
    {
        TrySend();
        if (_buffers.IsIdle)
        {
            // The pump sees the end itself: the other end closes too, or the connection is lost.
            _ = socket.CloseAsync(close.Status, close.Description, CancellationToken.None).AsTask()
                .PipeTo(self, success: static () => CloseEnded.Well, failure: static _ => CloseEnded.Failed);
        }
    }

    public void Release() => _buffers.Release();

    private bool HasRoom(ReadOnlyMemory<byte> payload) =>
        payload.Length + HeadLength <= setup.Settings.MaxMessageSize && _buffers.Bytes + payload.Length <= setup.Settings.SendQueueBytes;

    /// <param name="Error">Null when it succeeded.</param>
    internal sealed record WriteEnded(string? Error) : INoSerializationVerificationNeeded
    {
        public static readonly WriteEnded Well = new((string?)null);
    }

    internal sealed record CloseEnded(bool IsSent) : INoSerializationVerificationNeeded
    {
        public static readonly CloseEnded Well = new(IsSent: true);

        public static readonly CloseEnded Failed = new(IsSent: false);
    }
}
