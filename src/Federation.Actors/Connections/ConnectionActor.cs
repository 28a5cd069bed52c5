using System.Net.WebSockets;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Federation.Actors.Messages;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;
using Federation.Actors.Transport;
using Federation.Actors.Wire;

namespace Federation.Actors.Connections;

/// <summary>One live socket: hands what its pump reads to the queue, and writes the answers.</summary>
/// <remarks>
/// <code>
///   Open --Close, violation, unread answers--> Closing --other end closed, lost, timeout--> (stopped)
///     '------------other end closed, lost---------------------------------------------------^
/// </code>
/// <para>It lives as long as the socket: whatever ends the one ends the other, and it is never restarted onto a dead socket.</para>
/// </remarks>
internal sealed class ConnectionActor : UntypedActor, IWithTimers
{
    /// <summary>How long the other end has to read its last answers and close.</summary>
    internal static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly AcceptedPeer _peer;
    private readonly ConnectionSettings _settings;
    private readonly IActorRef _queue;
    private readonly ComponentMetrics _metrics;
    private readonly SocketPump _pump;
    private readonly AnswerBuffers _answers;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _slowCount;
    private bool _closed;

    public ConnectionActor(AcceptedPeer peer, ConnectionSettings settings, int readBufferSize, int writeBufferSize, IActorRef queue, ComponentMetrics metrics)
    {
        _peer = peer;
        _settings = settings;
        _queue = queue;
        _metrics = metrics;
        _pump = new SocketPump(peer.Socket, Self, settings, readBufferSize, metrics);
        _answers = new AnswerBuffers(writeBufferSize);
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    private static long Now => Context.System.Scheduler.Now.ToUnixTimeMilliseconds();

    /// <summary>How to make one.</summary>
    /// <param name="peer">The socket and whose it is; owned from now on.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="readBufferSize">Bytes of the first read.</param>
    /// <param name="writeBufferSize">Bytes of the first answers.</param>
    /// <param name="queue">Gets every batch.</param>
    /// <param name="metrics">The component's instruments.</param>
    public static Props Props(AcceptedPeer peer, ConnectionSettings settings, int readBufferSize, int writeBufferSize, IActorRef queue, ComponentMetrics metrics) =>
        Akka.Actor.Props.Create(() => new ConnectionActor(peer, settings, readBufferSize, writeBufferSize, queue, metrics));

    /// <inheritdoc />
    protected override void PreStart()
    {
        _queue.Tell(new QueueProtocol.Register(Self));
        _ = _pump.RunAsync().PipeTo(Self, failure: e => new PumpEnd(null, e.Message));
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _answers.Release();
        if (!_closed)
        {
            _peer.Socket.Abort();
        }

        _ = _peer.Socket.DisposeAsync().AsTask();
    }

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case EnvelopeBatch batch:
                Receive(batch);
                break;
            case QueueProtocol.Acked acked:
                WriteAcks(acked.Range);
                break;
            case QueueProtocol.Nacked nacked:
                WriteNacks(nacked);
                break;
            case QueueProtocol.Slow slow:
                WriteSlow(slow.Notice);
                break;
            case Sent sent:
                EndSend(sent.Error);
                break;
            case ConnectionProtocol.StopReading:
                // Behind every batch that the pump has told by now.
                _pump.Discard();
                Self.Forward(new ConnectionProtocol.ReadingStopped(Self));
                break;
            case ConnectionProtocol.ReadingStopped:
                Sender.Tell(message);
                break;
            case ConnectionProtocol.Close close:
                Close(close.Status, close.Description);
                break;
            case PumpViolation violation:
                _log.Warning("{Peer} at {Address} is closed: {Reason}", _peer.Identity, _peer.Socket.RemoteAddress, violation.Description);
                Close(violation.Status, violation.Description);
                break;
            case PumpEnd end:
                End(end);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Closing(object message, ConnectionProtocol.Close close)
    {
        switch (message)
        {
            case EnvelopeBatch batch:
                // Was on its way from the pump. Nobody has taken it in, so nobody owes an answer.
                batch.Drop();
                break;
            case QueueProtocol.Acked acked:
                acked.Range.Batch.Release(acked.Range.Count);
                break;
            case QueueProtocol.Nacked nacked:
                nacked.Range.Batch.Release(nacked.Range.Count);
                break;
            case Sent { Error: null }:
                _answers.End();
                SendLast(close);
                break;
            case PumpEnd { Error: null }:
            case CloseAnswered:
                _closed = true;
                Context.Stop(Self);
                break;
            case Sent:
            case Ended:
            case PumpEnd:
                Context.Stop(Self);
                break;
            case CloseSent:
            case ConnectionProtocol.StopReading:
                Sender.Tell(new ConnectionProtocol.ReadingStopped(Self));
                break;
            case ConnectionProtocol.ReadingStopped:
                Sender.Tell(message);
                break;
            case QueueProtocol.Slow:
            case ConnectionProtocol.Close:
            case PumpViolation:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Receive(EnvelopeBatch batch)
    {
        foreach (var control in batch.Controls)
        {
            Answer(batch, control);
        }

        if (batch.Count == 0)
        {
            batch.Drop();
            Send();
            return;
        }

        _metrics.Received(EnvelopeType.Data).Inc(batch.Count);
        _metrics.InFlight.Inc(batch.Answerable);
        if (batch.Answerable < batch.Count)
        {
            _metrics.Errors(ErrorTypes.MissingId).Inc(batch.Count - batch.Answerable);
        }

        _queue.Tell(batch);
        Send();
    }

    private void Answer(EnvelopeBatch batch, EnvelopeEntry control)
    {
        _metrics.Received(control.Type).Inc();
        switch (control.Type)
        {
            case EnvelopeType.Data:
                _metrics.Dropped(NackReason.MissingPayload).Inc();
                if (control.HasId)
                {
                    _metrics.NacksSent(NackReason.MissingPayload).Inc();
                    EnvelopeWriter.WriteNack(_answers.Filling, batch.Id(control), Now, NackReason.MissingPayload, NackReasons.Sentence(NackReason.MissingPayload));
                }
                else
                {
                    _metrics.Errors(ErrorTypes.MissingId).Inc();
                }

                break;
            case EnvelopeType.Request when control.HasId:
                EnvelopeWriter.WriteErrorReply(_answers.Filling, batch.Id(control), Now, "not_supported", "this component only receives");
                break;
            default:
                // Replies, acks, nacks and slow signals answer what a component that only receives never sends.
                break;
        }
    }

    private void WriteAcks(MessageRange range)
    {
        var now = Now;
        var batch = range.Batch;
        for (var i = range.From; i < range.End; i++)
        {
            ref readonly var entry = ref batch[i];
            if (entry.HasId)
            {
                EnvelopeWriter.WriteAck(_answers.Filling, batch.Id(entry), now);
            }
        }

        batch.Release(range.Count);
        Send();
    }

    private void WriteNacks(QueueProtocol.Nacked nacked)
    {
        var now = Now;
        var (batch, _, count) = nacked.Range;
        for (var i = nacked.Range.From; i < nacked.Range.End; i++)
        {
            ref readonly var entry = ref batch[i];
            if (entry.HasId)
            {
                EnvelopeWriter.WriteNack(_answers.Filling, batch.Id(entry), now, nacked.Reason, nacked.Error);
            }
        }

        batch.Release(count);
        Send();
    }

    private void WriteSlow(SlowNotice notice)
    {
        var now = Now;
        EnvelopeWriter.WriteSlow(_answers.Filling, Encoding.ASCII.GetBytes($"bp-{now}-{++_slowCount}"), now, notice);
        Send();
    }

    private void Send()
    {
        if (_answers.Bytes > _settings.SendQueueBytes)
        {
            _metrics.Errors(ErrorTypes.SendQueueFull).Inc();
            _log.Warning("{Peer} at {Address} does not read its answers; {Bytes} bytes wait", _peer.Identity, _peer.Socket.RemoteAddress, _answers.Bytes);
            Close(WebSocketCloseStatus.PolicyViolation, "answers are not read");
            return;
        }

        TrySend();
    }

    /// <summary>Writes until nothing is left or the network does not take more at once.</summary>
    private void TrySend()
    {
        while (_answers.Begin() is { } buffer)
        {
            var send = _peer.Socket.SendAsync(buffer, CancellationToken.None);
            if (!send.IsCompletedSuccessfully)
            {
                _ = send.AsTask().PipeTo(Self, success: () => Sent.Well, failure: e => new Sent(e.Message));
                return;
            }

            _answers.End();
        }
    }

    private void EndSend(string? error)
    {
        if (error is not null)
        {
            End(new PumpEnd(null, error));
            return;
        }

        _answers.End();
        TrySend();
    }

    private void Close(WebSocketCloseStatus status, string description)
    {
        var close = new ConnectionProtocol.Close(status, description);
        _pump.Discard();
        BecomeClosing(close);
        SendLast(close);
    }

    private void BecomeClosing(ConnectionProtocol.Close close)
    {
        Timers.StartSingleTimer(Ended.Instance, Ended.Instance, CloseTimeout);
        Become(message => Closing(message, close));
    }

    private void SendLast(ConnectionProtocol.Close close)
    {
        TrySend();
        if (_answers.IsIdle)
        {
            // The end itself is seen by the pump: the other end closes too, or the connection is lost.
            SendClose(close, CloseSent.Instance);
        }
    }

    private void SendClose(ConnectionProtocol.Close close, object whenSent) =>
        _ = _peer.Socket.CloseAsync(close.Status, close.Description, CancellationToken.None).AsTask()
            .PipeTo(Self, success: () => whenSent, failure: _ => Ended.Instance);

    private void End(PumpEnd end)
    {
        _log.Debug("{Peer} at {Address} has ended: {Reason}", _peer.Identity, _peer.Socket.RemoteAddress, end.Error ?? end.Status?.ToString() ?? "closed");
        if (end.Error is not null)
        {
            _metrics.Errors(ErrorTypes.ConnectionFailed).Inc();
        }

        if (end.Error is not null || _answers.IsSending)
        {
            Context.Stop(Self);
            return;
        }

        var answer = new ConnectionProtocol.Close(end.Status ?? WebSocketCloseStatus.NormalClosure, string.Empty);
        BecomeClosing(answer);
        SendClose(answer, CloseAnswered.Instance);
    }

    private sealed record Sent(string? Error) : INoSerializationVerificationNeeded
    {
        public static readonly Sent Well = new((string?)null);
    }

    private sealed class CloseSent : INoSerializationVerificationNeeded
    {
        public static readonly CloseSent Instance = new();
    }

    private sealed class CloseAnswered : INoSerializationVerificationNeeded
    {
        public static readonly CloseAnswered Instance = new();
    }

    private sealed class Ended : INoSerializationVerificationNeeded
    {
        public static readonly Ended Instance = new();
    }
}
