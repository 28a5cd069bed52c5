using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Settings;

namespace Federation.Actors.Receiving;

/// <summary>Writes groups of the queue to the bus, and reports the confirmed ones. Makes a new bus when one is lost.</summary>
/// <remarks>
/// <code>
///   Connecting --Up--> Opening --Opened(lease)--> Publishing
///      ^  ^--Down, then a pause---'                     |
///      '-----------------Down, failed write, Reopen-----'
/// </code>
/// Nothing is lost with this actor: the queue keeps every message until it is settled. A crash, a lost bus or a failed write ends in a
/// new lease, and the queue passes the same messages out again in the same order.</remarks>
internal sealed class PublisherActor : UntypedActor, IWithTimers
{
    /// <summary>Groups in flight: one being written, one being processed by the server, and two so that neither waits for the
    /// other.</summary>
    internal const int Window = 4;

    /// <summary>Before the first attempt to reach an absent bus; doubles with each one.</summary>
    internal static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Messages wait meanwhile, and an attempt costs little.</summary>
    internal static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly string _component;
    private readonly string _subject;
    private readonly Func<IMessageBus> _connect;
    private readonly IActorRef _queue;
    private readonly ComponentMetrics _metrics;
    private readonly IActorRef _health;
    private readonly FederationLog _log;
    private readonly PublishFaultReport _faults;
    private readonly Backoff _pause = new(FirstPause, LongestPause, jitter: 0.2);
    private readonly Queue<PublishGroup> _written = new();
    private readonly Queue<PublishGroup> _unwritten = new();
    private IMessageBus? _bus;
    private PublishGroup? _writing;
    private long _number;
    private long _confirmed;
    private string? _lastNotice;
    private bool _isUnusable;

    public PublisherActor(
        string component, OutputPortSettings port, Func<IMessageBus> connect, IActorRef queue, ComponentMetrics metrics, IActorRef health)
    {
        _component = component;
        _log = FederationLog.Of(Context, component);
        _subject = port.FullSubject;
        _faults = new PublishFaultReport(component, port, health, Clock.Of(Context.System));
        _connect = connect;
        _queue = queue;
        _metrics = metrics;
        _health = health;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="connect">Makes a bus at every start and after every loss. The publisher disposes it.</param>
    public static Props Props(string component, OutputPortSettings port,
        Func<IMessageBus> connect, IActorRef queue, ComponentMetrics metrics, IActorRef health) =>
        Akka.Actor.Props.Create(() => new PublisherActor(component, port, connect, queue, metrics, health));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(FaultTick.Instance, FaultTick.Instance, PublishFaultReport.Interval);
        Connect();
    }

    protected override void PostStop()
    {
        _faults.End();
        _health.Tell(new HealthProtocol.Bus(_component, Connected: false));
        LeaveBus();
        _queue.Tell(QueueProtocol.Close.Instance);
    }

    protected override bool AroundReceive(Receive receive, object message) =>
        (message is BusProtocol.Event said && said.Bus != _bus) || base.AroundReceive(receive, message);

    protected override void OnReceive(object message) => Connecting(message);

    private void Connecting(object message)
    {
        switch (message)
        {
            case BusProtocol.Up up:
                _log.Write(LogEvents.BusConnected, "{Component} is connected to {Server}", _component, up.Server);
                _health.Tell(new HealthProtocol.Bus(_component, Connected: true));
                _pause.Reset();
                _lastNotice = null;
                _faults.SetUnusable(null);
                Open();
                break;
            case BusProtocol.Unusable unusable:
                // NATS is there: what is wrong is the stream.
                _isUnusable = true;
                _health.Tell(new HealthProtocol.Bus(_component, Connected: true));
                _faults.SetUnusable(unusable.Problem);
                break;
            case BusProtocol.Down when _isUnusable:
                Retry();
                break;
            case BusProtocol.Down down:
                _health.Tell(new HealthProtocol.Bus(_component, Connected: false, down.Reason));
                Note(LogEvents.BusUnreachable, $"cannot reach its bus and retries; messages are held: {down.Reason}");
                Retry();
                break;
            case BusProtocol.Notice notice:
                Note(LogEvents.BusNotice, notice.Text);
                break;
            case Reconnect:
                Connect();
                break;
            case FaultTick:
                _faults.Update();
                break;
            case BusProtocol.Event:
            case QueueProtocol.Publish:
            case QueueProtocol.Opened:
            case QueueProtocol.Reopen:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Opening(object message, QueueProtocol.Open open)
    {
        switch (message)
        {
            case QueueProtocol.Opened opened when ReferenceEquals(opened.Answered, open):
                Publish(opened.Lease);
                break;
            case QueueProtocol.Opened:
                // Answers an earlier open. Its lease is void once the queue comes to this one, and the bus must not be reading then.
            case QueueProtocol.Publish:
                break;
            default:
                Connected(message);
                break;
        }
    }

    private void Publishing(object message, long lease)
    {
        switch (message)
        {
            case QueueProtocol.Publish publish when publish.Lease == lease:
                _unwritten.Enqueue(new PublishGroup(++_number, lease, publish.Sequence, publish.Ranges));
                WriteNext();
                break;
            case QueueProtocol.Publish:
                break;
            default:
                Connected(message);
                break;
        }
    }

    private void Connected(object message)
    {
        switch (message)
        {
            case BusProtocol.Confirmed confirmed:
                // Those of several groups come from several threads, in any order; each stands for all before it.
                _confirmed = Math.Max(_confirmed, confirmed.Number);
                Settle();
                break;
            case Written { Error: null }:
                EndWrite();
                break;
            case Written { Error: { } error }:
                _metrics.Errors(ErrorTypes.PublishFailed).Inc();
                Lose(error.Message);
                break;
            case BusProtocol.Down down:
                Lose(down.Reason);
                break;
            case BusProtocol.Denied denied:
                _log.Write(
                    LogEvents.PublishDenied, "{Component} may not publish to {Subject}: {Error}", _component, denied.Subject, denied.Error);
                break;
            case BusProtocol.Failed failed:
                _log.WriteFailure(_metrics, $"publish a message of {failed.Peer}", failed.Failure);
                break;
            case BusProtocol.Notice notice:
                Note(LogEvents.BusNotice, notice.Text);
                break;
            case BusProtocol.Unusable unusable:
                _faults.SetUnusable(unusable.Problem);
                break;
            case FaultTick:
                _faults.Update();
                break;
            case QueueProtocol.Reopen:
                // The queue may let go of what is in flight once it is open again, so not while a bus may still read it.
                LeaveBus();
                Connect();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Connect()
    {
        _isUnusable = false;
        _bus = _connect();
        _bus.Start(Self);
        Become(Connecting);
    }

    private void Lose(string reason)
    {
        _log.Write(LogEvents.BusLost, "{Component} has lost its bus; messages are held: {Reason}", _component, reason);
        _health.Tell(new HealthProtocol.Bus(_component, Connected: false, reason));
        Retry();
        _queue.Tell(QueueProtocol.Close.Instance);
    }

    /// <summary>A pause with up to a fifth of jitter, so that many nodes do not reconnect at once.</summary>
    private void Retry()
    {
        LeaveBus();
        Timers.StartSingleTimer(Reconnect.Instance, Reconnect.Instance, _pause.Next());
        Become(Connecting);
    }

    /// <summary>No group of the queue is read afterwards, which the queue relies on.</summary>
    private void LeaveBus()
    {
        Forget();
        _writing?.EndSpans(refusals: null);
        _writing = null;
        if (_bus is { } bus)
        {
            _bus = null;
            bus.Abandon();

            // Nobody waits for the end of it; the library bounds it.
            _ = bus.DisposeAsync().AsTask();
        }
    }

    private void Open()
    {
        Forget();
        var open = new QueueProtocol.Open(Window);
        _queue.Tell(open);
        Become(message => Opening(message, open));
    }

    private void Publish(long lease)
    {
        Forget();
        Become(message => Publishing(message, lease));
    }

    private void Forget()
    {
        foreach (var group in _written)
        {
            group.EndSpans(refusals: null);
        }

        _written.Clear();
        _unwritten.Clear();
    }

    private void WriteNext()
    {
        while (_writing is null && _unwritten.TryDequeue(out var group))
        {
            _writing = group;
            var write = Write(group);
            if (!write.IsCompletedSuccessfully)
            {
                var bus = _bus!;
                _ = write.AsTask().PipeTo(Self, success: () => new Written(bus, null), failure: e => new Written(bus, e));
                return;
            }

            _writing = null;
            _written.Enqueue(group);
        }
    }

    private ValueTask Write(PublishGroup group)
    {
        try
        {
            return _bus!.WriteAsync(group);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ValueTask.FromException(e);
        }
    }

    private void EndWrite()
    {
        _written.Enqueue(_writing!);
        _writing = null;
        // The confirm may have overtaken the end of the write.
        Settle();
        WriteNext();
    }

    private void Settle()
    {
        while (_written.TryPeek(out var group) && group.Number <= _confirmed)
        {
            _written.Dequeue();
            group.EndSpans(group.Refusals);
            NoteForbidden(group.Refusals);
            _metrics.Published(_subject).Inc(group.Count - group.Refusals.Count);
            _faults.Note(group, group.Refusals);
            _queue.Tell(new QueueProtocol.Settled(group.Lease, group.Sequence, group.Refusals));
        }
    }

    private void NoteForbidden(IReadOnlyList<Refusal> refusals)
    {
        for (var i = 0; i < refusals.Count; i++)
        {
            if (refusals[i] is { Reason: NackReason.NotPermitted } refusal)
            {
                _metrics.Errors(ErrorTypes.NotPermitted).Inc();
                _log.Write(LogEvents.SubjectNotPermitted,
                    "{Component}: a message of {Peer} is refused, {Reason}", _component, refusal.Batch.Peer.Identity, refusal.Error);
            }
        }
    }

    /// <summary>Logs each text once until the bus is connected again.</summary>
    private void Note(LoggedEvent what, string text)
    {
        if (!string.Equals(text, _lastNotice, StringComparison.Ordinal) && _log.Write(what, "{Component}: {Notice}", _component, text))
        {
            _lastNotice = text;
        }
    }

    private sealed record Written(IMessageBus Bus, Exception? Error) : BusProtocol.Event(Bus);

    private sealed class FaultTick : INoSerializationVerificationNeeded
    {
        public static readonly FaultTick Instance = new();
    }

    private sealed class Reconnect : INoSerializationVerificationNeeded
    {
        public static readonly Reconnect Instance = new();
    }
}
