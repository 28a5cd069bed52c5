using System.Net.WebSockets;
using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using static Federation.Actors.Connections.ConnectionSignals;

namespace Federation.Actors.Connections;

/// <summary>One live socket: hands what its pump reads to the queue, and writes the answers.</summary>
/// <remarks>
/// <code>
///   Open --Close, violation, unread answers--------------> Closing --both have closed, lost, timeout--> (stopped)
///     |----other end closed--> Answering --all settled--------^                                           ^
///     '----lost-------------------------------------------------------------------------------------------'
/// </code>
/// <para>It lives as long as the socket: whatever ends the one ends the other, and it is never restarted onto a dead socket.</para>
/// </remarks>
internal sealed class ConnectionActor : UnrestartableActor
{
    /// <summary>How long the other end has to read its last answers and close.</summary>
    internal static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly ConnectedPeer _peer;
    private readonly ConnectionSetup _setup;
    private readonly SocketPump _pump;
    private readonly ConnectionWriter _writer;
    private readonly ConnectionReader _reader;
    private bool _tellsFlushed;
    private bool _closeSent;
    private bool _readEnded;

    // Of the scheduler and not of IWithTimers, whose table for each actor is paid for by those that never start a timer.
    private ICancelable? _timer;

    public ConnectionActor(ConnectedPeer peer, ConnectionSetup setup)
    {
        _peer = peer;
        _setup = setup;
        _pump = new SocketPump(
            peer.Socket, peer.Name, Self, setup.Settings, setup.ReadBufferSize, setup.Loops, setup.Budget, setup.Metrics, setup.Log);
        _writer = new ConnectionWriter(peer.Socket, setup);
        _reader = new ConnectionReader(setup, _writer.Writer);
    }

    private ConnectionRoutes Routes => _setup.Routes;

    private bool IsClosed => _closeSent && _readEnded;

    private long Now => _setup.Clock.UnixMilliseconds;

    /// <summary>How to make one.</summary>
    /// <param name="peer">The socket and whose it is; owned from now on.</param>
    /// <param name="setup">What it has in common with others.</param>
    public static Props Props(ConnectedPeer peer, ConnectionSetup setup) => Akka.Actor.Props.CreateBy(new ConnectionProducer(peer, setup));

    /// <inheritdoc />
    protected override void PreStart()
    {
        Routes.Queue.Tell(new QueueProtocol.Register(Self));
        var opened = new ConnectionProtocol.Opened(Self, _peer.Name, _peer.Meter);
        Routes.Requests.Tell(opened);
        Routes.Egress.Tell(opened);
        if (_setup.KeepAliveMessageInterval is var interval && interval > TimeSpan.Zero)
        {
            _timer = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(interval, interval, Self, KeepAliveTick.Instance, ActorRefs.NoSender);
        }

        _ = _pump.RunAsync();
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _timer?.Cancel();
        _writer.Release();
        if (!IsClosed)
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
                _peer.Meter.AddReceived(batch.Count);
                _reader.Receive(batch, Now);
                Send();
                break;
            case QueueProtocol.Acked:
            case QueueProtocol.Nacked:
                Answer(message);
                Send();
                break;
            case QueueProtocol.Slow slow:
                _peer.Meter.Slowed(_setup.Clock.Elapsed);
                _writer.Writer.WriteSlow(slow.Notice, Now);
                Send();
                break;
            case EgressProtocol.Send send:
                _peer.Meter.AddSent(send.Messages.Count);
                _writer.Write(send.Messages, Now);
                Send();
                break;
            case RequestProtocol.Request request:
                Ask(request);
                break;
            case RequestProtocol.Reply reply:
                Reply(reply);
                break;
            case Sent sent:
                EndSend(sent.Error);
                break;
            case KeepAliveTick:
                _writer.Writer.WriteKeepAlive(Now);
                Send();
                break;
            default:
                Ending(message);
                break;
        }
    }

    private void Answer(object message)
    {
        if (message is QueueProtocol.Acked acked)
        {
            _reader.Settle(acked.Range.Count);
            _writer.Writer.WriteAcks(acked.Range, Now);
        }
        else if (message is QueueProtocol.Nacked nacked)
        {
            _reader.Settle(nacked.Range.Count);
            _writer.Writer.WriteNacks(nacked.Range, nacked.Reason, nacked.Error, Now);
        }
    }

    /// <summary>What leads out of Open.</summary>
    private void Ending(object message)
    {
        switch (message)
        {
            case EgressProtocol.Attached attached:
                _reader.Delivery = attached.Delivery;
                _tellsFlushed = attached.WantsFlushed;
                TrySend();
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
                _setup.Log.Write(LogEvents.PeerClosed, "{Peer} at {Address} is closed: {Reason}", _peer.Name.Identity, _peer.Socket.RemoteAddress, violation.Description);
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

    /// <summary>The other end has closed, and still reads until our close frame: what it has sent is settled and answered first.</summary>
    private void Answering(object message, ConnectionProtocol.Close close)
    {
        switch (message)
        {
            case QueueProtocol.Acked:
            case QueueProtocol.Nacked:
                Answer(message);
                TrySend();
                break;
            case Sent { Error: null }:
                _writer.EndSend();
                TrySend();
                break;
            case Ended:
                StartTimer();
                break;
            default:
                Closing(message, close);
                return;
        }

        if (_reader.Unsettled <= 0 || message is Ended)
        {
            Become(next => Closing(next, close));
            SendLast(close);
        }
    }

    private void Closing(object message, ConnectionProtocol.Close close)
    {
        switch (message)
        {
            case Sent { Error: null }:
                _writer.EndSend();
                SendLast(close);
                break;
            case PumpEnd { Error: null }:
            case CloseSent:
                _readEnded |= message is PumpEnd;
                _closeSent |= message is CloseSent;
                if (IsClosed)
                {
                    Context.Stop(Self);
                }

                break;
            case Sent:
            case Ended:
            case PumpEnd:
                Context.Stop(Self);
                break;
            case ConnectionProtocol.StopReading:
                Sender.Tell(new ConnectionProtocol.ReadingStopped(Self));
                break;
            case ConnectionProtocol.ReadingStopped:
                Sender.Tell(message);
                break;
            default:
                LetGo(message);
                break;
        }
    }

    /// <summary>What comes too late to be answered.</summary>
    private void LetGo(object message)
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
            case KeepAliveTick:
            case QueueProtocol.Slow:
            case RequestProtocol.Request:
            case RequestProtocol.Reply:
            case EgressProtocol.Send:
            case EgressProtocol.Attached:
            case ConnectionProtocol.Close:
            case PumpViolation:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Ask(RequestProtocol.Request request)
    {
        // A peer that reads is not to lose its connection for something large, nor to end it.
        if (!_writer.HasRoom(request.Payload))
        {
            Routes.Requests.Tell(new RequestProtocol.Unsent(Self, request.Id));
            return;
        }

        _writer.Writer.WriteRequest(request, Now);
        Send();
    }

    private void Reply(RequestProtocol.Reply reply)
    {
        if (_writer.HasRoom(reply.Payload))
        {
            _writer.Writer.WriteReply(reply, Now);
        }
        else
        {
            _writer.Writer.WriteTooLarge(reply, Now);
        }

        Send();
    }

    private void Send()
    {
        TrySend();
        if (_writer.IsOver)
        {
            _setup.Metrics.Errors(ErrorTypes.SendQueueFull).Inc();
            _setup.Log.Write(LogEvents.AnswersUnread, "{Peer} at {Address} does not read its answers; {Bytes} bytes wait", _peer.Name.Identity, _peer.Socket.RemoteAddress, _writer.Bytes);
            Close(WebSocketCloseStatus.PolicyViolation, "answers are not read");
        }
    }

    private void TrySend()
    {
        if (_writer.TrySend(out var sending))
        {
            _ = sending.AsTask().PipeTo(Self, success: () => Sent.Well, failure: e => new Sent(e.Message));
        }

        if (_tellsFlushed && _writer.TakeFlushed() is > 0 and var count)
        {
            _reader.Delivery.Tell(new EgressProtocol.Flushed(Self, count));
        }
    }

    private void EndSend(string? error)
    {
        if (error is not null)
        {
            End(new PumpEnd(null, error));
            return;
        }

        _writer.EndSend();
        TrySend();
    }

    private void Close(WebSocketCloseStatus status, string description)
    {
        _peer.Meter.End = $"closed by this node with {(int)status}: {description}";
        var close = new ConnectionProtocol.Close(status, description);
        _pump.Discard();
        BecomeClosing(close);
        SendLast(close);
    }

    private void BecomeClosing(ConnectionProtocol.Close close)
    {
        StartTimer();
        Become(message => Closing(message, close));
    }

    private void StartTimer()
    {
        _timer?.Cancel();
        _timer = Context.System.Scheduler.ScheduleTellOnceCancelable(CloseTimeout, Self, Ended.Instance, ActorRefs.NoSender);
    }

    private void SendLast(ConnectionProtocol.Close close)
    {
        TrySend();
        if (_writer.IsIdle)
        {
            // The end itself is seen by the pump: the other end closes too, or the connection is lost.
            _ = _peer.Socket.CloseAsync(close.Status, close.Description, CancellationToken.None).AsTask()
                .PipeTo(Self, success: static () => CloseSent.Instance, failure: static _ => Ended.Instance);
        }
    }

    private void End(PumpEnd end)
    {
        _setup.Log.Write(LogEvents.PeerEnded, "{Peer} at {Address} has ended: {Reason}", _peer.Name.Identity, _peer.Socket.RemoteAddress, end.Reason);
        _peer.Meter.End = end.Reason;
        if (end.Error is not null)
        {
            _setup.Metrics.Errors(ErrorTypes.ConnectionFailed).Inc();
        }

        if (end.Error is not null)
        {
            Context.Stop(Self);
            return;
        }

        _readEnded = true;
        var answer = new ConnectionProtocol.Close(end.Status ?? WebSocketCloseStatus.NormalClosure, string.Empty);
        BecomeClosing(answer);
        if (_reader.Unsettled > 0)
        {
            Become(message => Answering(message, answer));
        }
        else
        {
            SendLast(answer);
        }
    }
}
