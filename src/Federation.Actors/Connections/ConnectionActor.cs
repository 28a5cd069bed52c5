using System.Net.WebSockets;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using static Federation.Actors.Connections.ConnectionWriter;

namespace Federation.Actors.Connections;

/// <summary>One live socket: passes received batches to the queue, and writes the answers.</summary>
/// <remarks>
/// <code>
///   Open --Close, violation, unread answers--------------> Closing --both have closed, lost, timeout--> (stopped)
///     |----other end closed--> Answering --all settled--------^                                           ^
///     '----lost-------------------------------------------------------------------------------------------'
/// </code>
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
    private bool _closeSent;
    private bool _readEnded;

    // Not of IWithTimers, which costs 169 bytes an actor (Akka 1.5.74, 20,000 idle actors, 2026-11-27), and most never start a timer.
    private ICancelable? _timer;

    public ConnectionActor(ConnectedPeer peer, ConnectionSetup setup)
    {
        _peer = peer;
        _setup = setup;
        _pump = new SocketPump(
            peer.Socket, peer.Name, Self, setup.Settings, setup.ReadBufferSize, setup.Loops, setup.Budget, setup.Metrics, setup.Log,
            peer.IsBatching, peer.Permissions, setup.Clock.Time);
        _writer = new ConnectionWriter(Self, peer.Socket, setup, peer.IsBatching);
        _reader = new ConnectionReader(setup, _writer.Writer);
    }

    private long Now => _setup.Clock.UnixMilliseconds;

    public static Props Props(ConnectedPeer peer, ConnectionSetup setup) => Akka.Actor.Props.CreateBy(new ConnectionProducer(peer, setup));

    protected override void PreStart()
    {
        var opened = new ConnectionProtocol.Opened(Self, _peer.Name, _peer.Meter, _peer.IsBatching)
            { Permissions = _peer.Permissions };
        _setup.Routes.Queue.Tell(new QueueProtocol.Register(Self));
        _setup.Routes.Requests.Tell(opened);
        _setup.Routes.Egress.Tell(opened);
        if (_setup.KeepAliveMessageInterval is var interval && interval > TimeSpan.Zero)
        {
            _timer = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
                interval, interval, Self, KeepAliveTick.Instance, ActorRefs.NoSender);
        }

        _ = _pump.RunAsync();
    }

    protected override void PostStop()
    {
        _timer?.Cancel();
        _writer.Release();
        if (!_closeSent || !_readEnded)
        {
            _peer.Socket.Abort();
        }

        _ = _peer.Socket.DisposeAsync().AsTask();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case EnvelopeBatch batch:
                _peer.Meter.AddReceived(batch.Count);
                var answers = batch.Answers;
                _reader.Receive(batch, Now);
                Settle(answers);
                break;
            case QueueProtocol.Acked acked:
                _reader.Settle(acked, Now);
                Send();
                break;
            case QueueProtocol.Nacked nacked:
                _reader.Settle(nacked, Now);
                Send();
                break;
            case QueueProtocol.Slow slow:
                _peer.Meter.Throttled(_setup.Clock.Elapsed);
                _writer.Writer.WriteSlow(slow.Notice, Now);
                Send();
                break;
            case EgressProtocol.Send send:
                _peer.Meter.AddSent(send.Messages.Count);
                _writer.Write(send.Messages, Now);
                Send();
                break;
            case RequestProtocol.Request request:
                if (_writer.TryWrite(request, Now))
                {
                    Send();
                }
                else
                {
                    _setup.Routes.Requests.Tell(new RequestProtocol.Unsent(Self, request.Id));
                }

                break;
            case RequestProtocol.Reply reply:
                _writer.Write(reply, Now);
                Send();
                break;
            case WriteEnded { Error: null }:
                _writer.EndSend();
                _writer.TrySend();
                break;
            case WriteEnded failed:
                End(new PumpEnd(null, failed.Error));
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

    private void Ending(object message)
    {
        switch (message)
        {
            case EgressProtocol.Attached attached:
                _reader.Delivery = attached.Delivery;
                _writer.Attach(attached);
                _writer.TrySend();
                break;
            case ConnectionProtocol.StopReading:
                _pump.Discard();
                Self.Forward(new ConnectionProtocol.ReadingStopped(Self)); // Behind every batch that the pump has sent by now.
                break;
            case ConnectionProtocol.ReadingStopped:
                Sender.Tell(message);
                break;
            case ConnectionProtocol.Close close:
                Close(close);
                break;
            case PumpViolation violation:
                _setup.Log.Write(
                    LogEvents.PeerClosed, "{Peer} at {Address} was disconnected: {Reason}",
                    _peer.Meter.Identity, _peer.Meter.Address, violation.Description);
                Close(new ConnectionProtocol.Close(violation.Status, violation.Description));
                break;
            case PumpEnd end:
                End(end);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>The other end has closed, and reads until our close frame: its messages are settled and answered first.</summary>
    private void Answering(object message, ConnectionProtocol.Close close)
    {
        switch (message)
        {
            case QueueProtocol.Acked acked:
                _reader.Settle(acked, Now);
                break;
            case QueueProtocol.Nacked nacked:
                _reader.Settle(nacked, Now);
                break;
            case TimeIsUp:
                StartTimer();
                break;
            case WriteEnded { Error: null }:
                _writer.EndSend();
                break;
            default:
                Closing(message, close);
                return;
        }

        _writer.TrySend();
        if (_reader.Unsettled <= 0 || message is TimeIsUp)
        {
            BecomeClosing(close);
        }
    }

    private void Closing(object message, ConnectionProtocol.Close close)
    {
        switch (message)
        {
            case WriteEnded { Error: null }:
                _writer.EndSend();
                _writer.SendLast(close);
                break;
            case PumpEnd { Error: null }:
            case CloseEnded { IsSent: true }:
                _readEnded |= message is PumpEnd;
                _closeSent |= message is CloseEnded;
                if (_closeSent && _readEnded)
                {
                    Context.Stop(Self);
                }

                break;
            case WriteEnded or CloseEnded or TimeIsUp or PumpEnd:
                Context.Stop(Self);
                break;
            case ConnectionProtocol.StopReading or ConnectionProtocol.ReadingStopped:
                Sender.Tell(new ConnectionProtocol.ReadingStopped(Self));
                break;
            case KeepAliveTick or EgressProtocol.Attached or ConnectionProtocol.Close or PumpViolation:
            case var late when ConnectionReader.Discard(late):
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Settle(IReadOnlyList<AnswerRange> answers)
    {
        if (_reader.Receive(answers, _writer.Sent, Self) is { } fault)
        {
            _setup.Metrics.Errors(ErrorTypes.ProtocolError).Inc();
            Ending(new PumpViolation(WebSocketCloseStatus.ProtocolError, fault));
        }
        else
        {
            Send();
        }
    }

    private void Send()
    {
        _writer.TrySend();
        if (_writer.Sent is { IsFull: true })
        {
            _setup.Metrics.Errors(ErrorTypes.ProtocolAbuse).Inc();
            Ending(new PumpViolation(WebSocketCloseStatus.PolicyViolation, "an early message is still unanswered"));
        }
        else if (_writer.IsOver)
        {
            _setup.Metrics.Errors(ErrorTypes.SendQueueFull).Inc();
            _setup.Log.Write(LogEvents.AnswersUnread, "{Peer} at {Address} does not read its answers; {Bytes} bytes are waiting",
                _peer.Meter.Identity, _peer.Meter.Address, _writer.WaitingBytes);
            Close(new ConnectionProtocol.Close(WebSocketCloseStatus.PolicyViolation, "answers are not read"));
        }
    }

    private void Close(ConnectionProtocol.Close close)
    {
        _peer.Meter.End = $"closed by this node with {(int)close.Status}: {close.Description}";
        _pump.Discard();
        StartTimer();
        BecomeClosing(close);
    }

    private void BecomeClosing(ConnectionProtocol.Close close)
    {
        Become(message => Closing(message, close));
        _writer.SendLast(close);
    }

    private void End(PumpEnd end)
    {
        _setup.Log.Write(
            LogEvents.PeerEnded, "{Peer} at {Address} has disconnected: {Reason}", _peer.Meter.Identity, _peer.Meter.Address, end.Reason);
        _peer.Meter.End = end.Reason;
        if (end.Error is not null)
        {
            _setup.Metrics.Errors(ErrorTypes.ConnectionFailed).Inc();
            Context.Stop(Self);
            return;
        }

        _readEnded = true;
        var answer = new ConnectionProtocol.Close(end.Status ?? WebSocketCloseStatus.NormalClosure, string.Empty);
        StartTimer();
        if (_reader.Unsettled > 0)
        {
            Become(message => Answering(message, answer));
        }
        else
        {
            BecomeClosing(answer);
        }
    }

    private void StartTimer()
    {
        _timer?.Cancel();
        _timer = Context.System.Scheduler.ScheduleTellOnceCancelable(CloseTimeout, Self, TimeIsUp.Instance, ActorRefs.NoSender);
    }

    private sealed class KeepAliveTick : INoSerializationVerificationNeeded
    {
        public static readonly KeepAliveTick Instance = new();
    }

    private sealed class TimeIsUp : INoSerializationVerificationNeeded
    {
        public static readonly TimeIsUp Instance = new();
    }
}
