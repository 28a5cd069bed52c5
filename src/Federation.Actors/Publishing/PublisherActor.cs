using Akka.Actor;
using Akka.Event;
using Federation.Actors.Messages;
using Federation.Actors.Telemetry;
using Federation.Actors.Wire;

namespace Federation.Actors.Publishing;

/// <summary>Takes groups of messages from the queue, writes them to the bus, and says which the bus has.</summary>
/// <remarks>
/// <code>
///   Disconnected --Up--> Opening --Opened(lease)--> Publishing --Down, failed write--> Disconnected
///                            ^----------Reopen----------'
/// </code>
/// <para>It holds nothing that matters: the queue keeps every message until it is settled, so a crash, a lost bus or a failed write end
/// in a new lease, and the queue gives the same messages out again in the same order.</para>
/// </remarks>
internal sealed class PublisherActor : UntypedActor, IWithTimers
{
    /// <summary>
    /// Groups on their way at a time: one being written, one being processed by the server, and two so that neither waits for the other.
    /// </summary>
    internal const int Window = 4;

    /// <summary>How long the first connection may take before the log says that there is none.</summary>
    private static readonly TimeSpan ConnectGrace = TimeSpan.FromSeconds(3);

    /// <summary>Pause after a failed write while the bus still looks connected.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly string _component;
    private readonly Func<IMessageBus> _connect;
    private readonly IActorRef _queue;
    private readonly IActorRef _health;
    private readonly ComponentMetrics _metrics;
    private readonly string _subject;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<PublishGroup> _written = new();
    private readonly Queue<PublishGroup> _unwritten = new();
    private IMessageBus? _bus;
    private PublishGroup? _writing;
    private long _number;
    private BusProtocol.Confirmed? _confirmed;
    private string? _denied;
    private string? _trouble;

    public PublisherActor(string component, string subject, Func<IMessageBus> connect, IActorRef queue, ComponentMetrics metrics, IActorRef health)
    {
        _component = component;
        _subject = subject;
        _connect = connect;
        _queue = queue;
        _metrics = metrics;
        _health = health;
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    /// <param name="component">Its name, for logs and health.</param>
    /// <param name="subject">Where it publishes to, for metrics.</param>
    /// <param name="connect">Makes a bus; called at every start and restart, and the bus is disposed at every stop.</param>
    /// <param name="queue">The queue to take from.</param>
    /// <param name="metrics">The component's instruments.</param>
    /// <param name="health">Told when the bus comes and goes.</param>
    public static Props Props(string component, string subject, Func<IMessageBus> connect, IActorRef queue, ComponentMetrics metrics, IActorRef health) =>
        Akka.Actor.Props.Create(() => new PublisherActor(component, subject, connect, queue, metrics, health));

    /// <inheritdoc />
    protected override void PreStart()
    {
        _bus = _connect();
        _bus.Start(Self);
        Timers.StartSingleTimer(StillAway.Instance, StillAway.Instance, ConnectGrace);
        Become(Disconnected);
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _queue.Tell(QueueProtocol.Close.Instance);
        _metrics.NatsConnected.Set(0);
        if (_bus is { } bus)
        {
            _bus = null;

            // Nobody waits for it: the bus gives up its connection on its own time, bounded by its command timeout.
            _ = bus.DisposeAsync().AsTask();
        }
    }

    /// <inheritdoc />
    protected override void OnReceive(object message) => Disconnected(message);

    private void Disconnected(object message)
    {
        switch (message)
        {
            case BusProtocol.Up up:
                _log.Info("{Component} is connected to {Server}", _component, up.Server);
                _metrics.NatsConnected.Set(1);
                _health.Tell(new HealthProtocol.Bus(_component, Connected: true));
                _denied = null;
                _trouble = null;
                Timers.Cancel(StillAway.Instance);
                Open();
                break;
            case StillAway:
                _log.Warning("{Component} cannot reach its bus and goes on trying; messages are held", _component);
                break;
            case BusProtocol.Down:
            case BusProtocol.Confirmed:
            case BusProtocol.Denied:
            case QueueProtocol.Publish:
            case QueueProtocol.Opened:
            case QueueProtocol.Reopen:
                break;
            case Written:
                _writing = null;
                break;
            case BusProtocol.Trouble trouble:
                Note(trouble.Error);
                break;
            case BusProtocol.Broken broken:
                throw new BusBrokenException(broken.Reason);
            default:
                Unhandled(message);
                break;
        }
    }

    private void Opening(object message)
    {
        switch (message)
        {
            case QueueProtocol.Opened opened:
                Become(next => Publishing(next, opened.Lease));
                break;
            case QueueProtocol.Publish:
                break;
            case Retry:
                Open();
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
            case QueueProtocol.Opened opened:
                // It was opened twice in a row, and the first answer was taken for the second.
                Forget();
                Become(next => Publishing(next, opened.Lease));
                break;
            case BusProtocol.Confirmed confirmed:
                _confirmed = confirmed;
                Settle();
                break;
            case Written written:
                EndWrite(written, lease);
                break;
            default:
                Connected(message);
                break;
        }
    }

    /// <summary>What is the same in every state in which the bus is there.</summary>
    private void Connected(object message)
    {
        switch (message)
        {
            case BusProtocol.Down down:
                _log.Warning("{Component} has lost {Server}; messages are held", _component, down.Server);
                _metrics.NatsConnected.Set(0);
                _health.Tell(new HealthProtocol.Bus(_component, Connected: false));
                Forget();
                _queue.Tell(QueueProtocol.Close.Instance);
                Become(Disconnected);
                break;
            case BusProtocol.Up:
            case QueueProtocol.Reopen:
                Open();
                break;
            case BusProtocol.Denied denied:
                _log.Error("{Component} may not publish to {Subject}: {Error}", _component, _subject, denied.Error);
                _denied = denied.Error;
                break;
            case BusProtocol.Trouble trouble:
                Note(trouble.Error);
                break;
            case BusProtocol.Broken broken:
                throw new BusBrokenException(broken.Reason);
            case BusProtocol.Confirmed:
            case Retry:
            case StillAway:
                break;
            case Written:
                _writing = null;
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Open()
    {
        Forget();
        _queue.Tell(new QueueProtocol.Open(Window));
        Become(Opening);
    }

    private void Forget()
    {
        _written.Clear();
        _unwritten.Clear();
    }

    /// <summary>Writes what there is to write, one group at a time: also a write of an old lease ends before a new one starts.</summary>
    private void WriteNext()
    {
        while (_writing is null && _unwritten.TryDequeue(out var group))
        {
            _writing = group;
            ValueTask write;
            try
            {
                write = _bus!.WriteAsync(group);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                write = ValueTask.FromException(e);
            }

            if (!write.IsCompletedSuccessfully)
            {
                _ = write.AsTask().PipeTo(Self, success: () => new Written(group, null), failure: e => new Written(group, e));
                return;
            }

            _writing = null;
            _written.Enqueue(group);
        }
    }

    private void EndWrite(Written written, long lease)
    {
        _writing = null;
        if (written.Group.Lease == lease && written.Error is { } error)
        {
            Fail(error);
            return;
        }

        if (written.Group.Lease == lease)
        {
            // The confirm may have overtaken the end of the write.
            _written.Enqueue(written.Group);
            Settle();
        }

        WriteNext();
    }

    private void Fail(Exception error)
    {
        _metrics.Errors(ErrorTypes.PublishFailed).Inc();
        _log.Warning("{Component} could not write to the bus and tries again: {Error}", _component, error.Message);
        Forget();
        _queue.Tell(QueueProtocol.Close.Instance);
        Timers.StartSingleTimer(Retry.Instance, Retry.Instance, RetryDelay);
        Become(Opening);
    }

    private void Settle()
    {
        while (_confirmed is { } confirmed && _written.TryPeek(out var group) && group.Number <= confirmed.Number)
        {
            if (group.Epoch != confirmed.Epoch)
            {
                // Written on a connection that is gone, and the news of that is still on its way.
                Open();
                return;
            }

            _written.Dequeue();
            var refusals = _denied is { } error ? RefuseAll(group, error) : group.Refusals;
            _metrics.Published(_subject).Inc(group.Count - refusals.Count);
            _queue.Tell(new QueueProtocol.Settled(group.Lease, group.Sequence, refusals));
        }
    }

    private static List<Refusal> RefuseAll(PublishGroup group, string error) =>
        [.. group.Ranges.SelectMany(range => Enumerable.Range(range.From, range.Count).Select(index => new Refusal(range.Batch, index, NackReason.PublishFailed, error)))];

    /// <summary>Says each trouble once, however often the bus runs into it before it is connected again.</summary>
    private void Note(string error)
    {
        if (!string.Equals(error, _trouble, StringComparison.Ordinal))
        {
            _trouble = error;
            _log.Warning("{Component}: {Error}", _component, error);
        }
    }

    private sealed record Written(PublishGroup Group, Exception? Error) : INoSerializationVerificationNeeded;

    private sealed class Retry : INoSerializationVerificationNeeded
    {
        public static readonly Retry Instance = new();
    }

    private sealed class StillAway : INoSerializationVerificationNeeded
    {
        public static readonly StillAway Instance = new();
    }
}
