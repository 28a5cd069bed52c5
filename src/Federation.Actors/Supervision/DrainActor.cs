using System.Net.WebSockets;
using Akka.Actor;
using Federation.Actors.Messages;

namespace Federation.Actors.Supervision;

/// <summary>Empties a component: messages to peers are sent and acked, connections stop reading, the queue is published and answered,
/// connections close.</summary>
/// <remarks>
/// <code>
///   Sending --nothing left, or time up--> StoppingReads --all stopped, or time up--> Emptying --empty, or given up--> Closing
///   Closing --none left, or deadline--> Drained, to the parent
/// </code>
/// A connection that opens during the drain is closed at once.</remarks>
internal sealed class DrainActor : UnrestartableActor, IWithTimers
{
    /// <summary>The share of a drain's time for publishing; the rest is for answers and closing.</summary>
    private const double PublishingShare = 0.8;

    /// <summary>The share of a drain's time for sending to peers.</summary>
    private const double SendingShare = 0.4;

    private static readonly ConnectionProtocol.Close Goodbye = new(WebSocketCloseStatus.EndpointUnavailable, "the node is shutting down");

    private readonly HashSet<IActorRef> _open;
    private readonly IActorRef _queue;
    private readonly IActorRef _egress;
    private readonly TimeSpan _timeout;
    private int _unanswered;

    public DrainActor(HashSet<IActorRef> open, IActorRef queue, IActorRef egress, TimeSpan timeout)
    {
        _egress = egress;
        _open = open;
        _queue = queue;
        _timeout = timeout;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="queue">Nobody when there is none.</param>
    /// <param name="egress">Nobody when there is none.</param>
    public static Props Props(IReadOnlyCollection<IActorRef> connections, IActorRef queue, IActorRef egress, TimeSpan timeout)
    {
        // Copied here: the caller goes on changing its collection.
        HashSet<IActorRef> open = [.. connections];
        return Akka.Actor.Props.Create(() => new DrainActor(open, queue, egress, timeout));
    }

    protected override void PreStart()
    {
        Timers.StartSingleTimer(TimeIsUp.Instance, TimeIsUp.Instance, _timeout * PublishingShare);
        Timers.StartSingleTimer(Deadline.Instance, Deadline.Instance, _timeout);
        if (_egress.IsNobody())
        {
            StopReading();
            return;
        }

        // Acks still have to come in.
        Timers.StartSingleTimer(SendingIsOver.Instance, SendingIsOver.Instance, _timeout * SendingShare);
        _egress.Tell(EgressProtocol.Drain.Instance);
        Become(Sending);
    }

    protected override void OnReceive(object message) => Unhandled(message);

    private void Sending(object message)
    {
        if (message is EgressProtocol.Drained or SendingIsOver)
        {
            StopReading();
        }
        else
        {
            Always(message);
        }
    }

    private void StoppingReads(object message, HashSet<IActorRef> reading)
    {
        switch (message)
        {
            case ConnectionProtocol.ReadingStopped stopped:
                reading.Remove(stopped.Connection);
                EmptyQueue(reading);
                break;
            case ConnectionProtocol.Ended ended:
                Always(message);
                reading.Remove(ended.Connection);
                EmptyQueue(reading);
                break;
            case TimeIsUp:
                EmptyQueue([]);
                _queue.Tell(QueueProtocol.Abandon.Instance);
                break;
            default:
                Always(message);
                break;
        }
    }

    private void Emptying(object message)
    {
        switch (message)
        {
            case QueueProtocol.Drained drained:
                _unanswered = drained.Abandoned;
                foreach (var connection in _open)
                {
                    connection.Tell(Goodbye);
                }

                Become(Closing);
                EndIfClosed();
                break;
            case TimeIsUp:
                _queue.Tell(QueueProtocol.Abandon.Instance);
                break;
            default:
                Always(message);
                break;
        }
    }

    private void Closing(object message)
    {
        Always(message);
        if (message is ConnectionProtocol.Ended)
        {
            EndIfClosed();
        }
    }

    private void Always(object message)
    {
        switch (message)
        {
            case ConnectionProtocol.Opened late:
                _open.Add(late.Connection);
                late.Connection.Tell(Goodbye);
                break;
            case ConnectionProtocol.Ended ended:
                _open.Remove(ended.Connection);
                break;
            case Deadline:
                Context.Parent.Tell(new ComponentProtocol.Drained(_unanswered));
                break;
            case EgressProtocol.Drained:
            case SendingIsOver:
            case ConnectionProtocol.ReadingStopped:
            case QueueProtocol.Drained:
            case TimeIsUp:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void StopReading()
    {
        foreach (var connection in _open)
        {
            connection.Tell(ConnectionProtocol.StopReading.Instance);
        }

        HashSet<IActorRef> reading = [.. _open];
        Become(message => StoppingReads(message, reading));
        EmptyQueue(reading);
    }

    private void EmptyQueue(HashSet<IActorRef> reading)
    {
        if (reading.Count > 0)
        {
            return;
        }

        Become(Emptying);
        if (_queue.IsNobody())
        {
            Self.Tell(new QueueProtocol.Drained(0));
        }
        else
        {
            _queue.Tell(QueueProtocol.Drain.Instance);
        }
    }

    private void EndIfClosed()
    {
        if (_open.Count == 0)
        {
            Context.Parent.Tell(new ComponentProtocol.Drained(_unanswered));
        }
    }

    private sealed class SendingIsOver : INoSerializationVerificationNeeded
    {
        public static readonly SendingIsOver Instance = new();
    }

    private sealed class TimeIsUp : INoSerializationVerificationNeeded
    {
        public static readonly TimeIsUp Instance = new();
    }

    private sealed class Deadline : INoSerializationVerificationNeeded
    {
        public static readonly Deadline Instance = new();
    }
}
