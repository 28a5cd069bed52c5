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

    private readonly Func<IMessageBus> _connect;
    private readonly IActorRef _queue;
    private readonly ComponentMetrics _metrics;
    private readonly PublisherReports _reports;
    private readonly Backoff _pause = new(FirstPause, LongestPause, jitter: 0.2);
    private readonly LeaseGroups _groups = new();
    private IMessageBus? _bus;
    private PublishGroup? _writing;
    private bool _isUnusable;

    public PublisherActor(
        string component, OutputPortSettings port, Func<IMessageBus> connect, IActorRef queue, ComponentMetrics metrics, IActorRef health)
    {
        _connect = connect;
        _queue = queue;
        _metrics = metrics;
        _reports = new PublisherReports(
            component, port, metrics, health, FederationLog.Of(Context, component), Clock.Of(Context.System));
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
        _reports.End();
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
                _reports.Up(up.Server);
                _pause.Reset();
                Open();
                break;
            case BusProtocol.Unusable unusable:
                _isUnusable = true;
                _reports.UpWithout(unusable);
                break;
            case BusProtocol.Down when _isUnusable:
                Retry();
                break;
            case BusProtocol.Down down:
                _reports.Unreachable(down.Reason);
                Retry();
                break;
            case BusProtocol.Notice notice:
                _reports.TryHandle(notice);
                break;
            case Reconnect:
                Connect();
                break;
            case FaultTick:
                _reports.UpdateFaults();
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
                _groups.Add(publish);
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
                _groups.Confirm(confirmed.Number);
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
            case FaultTick:
                _reports.UpdateFaults();
                break;
            case QueueProtocol.Reopen:
                // The queue may let go of what is in flight once it is open again, so not while a bus may still read it.
                LeaveBus();
                Connect();
                break;
            default:
                if (!_reports.TryHandle(message))
                {
                    Unhandled(message);
                }

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
        _reports.Lost(reason);
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
        _groups.Clear();
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
        _groups.Clear();
        var open = new QueueProtocol.Open(Window);
        _queue.Tell(open);
        Become(message => Opening(message, open));
    }

    private void Publish(long lease)
    {
        _groups.Clear();
        Become(message => Publishing(message, lease));
    }

    private void WriteNext()
    {
        while (_writing is null && _groups.TryTakeUnwritten(out var group))
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
            _groups.AddWritten(group);
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
        _groups.AddWritten(_writing!);
        _writing = null;
        // The confirm may have overtaken the end of the write.
        Settle();
        WriteNext();
    }

    private void Settle()
    {
        while (_groups.TryTakeConfirmed(out var group))
        {
            group.EndSpans(group.Refusals);
            _reports.Settled(group);
            _queue.Tell(new QueueProtocol.Settled(group.Lease, group.Sequence, group.Refusals));
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
