using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>Holds a component's messages from their arrival until they are answered.</summary>
/// <remarks>
/// <code>
///  connections --batch-->  [ arrived | waiting | in flight ]  --Publish-->  publisher
///        ^  ^---- credit when a batch is in ----'        ^---- Settled ----'
///        '------- Acked, Nacked, Slow
/// </code>
/// A batch is in the state before anything else happens with it. A decision is in the state before it is reported, and leaves the state
/// once its connection is notified. A restart at any point therefore loses no message and no answer. After a restart the publisher opens
/// a new lease, since a Settled may have been lost.</remarks>
internal sealed class QueueActor : UntypedActor, IWithTimers
{
    /// <summary>Messages in one group. Large enough that a confirm costs nothing per message; small enough that the first answer of a
    /// burst leaves early.</summary>
    internal const int GroupLimit = 1024;

    private readonly string _component;
    private readonly bool _signals;
    private readonly QueueState _state;
    private readonly QueueReports _reports;
    private readonly FederationLog _log;
    private readonly Clock _clock = Clock.Of(Context.System);

    public QueueActor(string component, bool signals, QueueState state, ComponentMetrics metrics, IActorRef health)
    {
        _component = component;
        _log = FederationLog.Of(Context, component);
        _signals = signals;
        _state = state;
        _reports = new QueueReports(component, state, metrics, health);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        string component, BackpressureSettings settings, QueueState state, ComponentMetrics metrics, IActorRef health) =>
        Akka.Actor.Props.Create(() => new QueueActor(component, settings.Enabled, state, metrics, health));

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        // What is in flight stays so until the publisher no longer reads it and opens again.
        NextLease();
        _state.Publisher?.Tell(QueueProtocol.Reopen.Instance);
        if (_signals && _state.Slow.IsRaised)
        {
            // The timer ended with the instance that started it; a full queue may hear nothing else for long.
            Timers.StartSingleTimer(SlowTick.Instance, SlowTick.Instance, SlowSignal.Interval);
        }

        Update();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // The children rule of the default does not apply, there are none; timers are cancelled by the restart itself.
        _log.Write(LogEvents.QueueRestarted, "The queue of {Component} restarts with {Held} messages: {Reason}",
            _component, _state.Held.Depth, reason.Message);
        PostStop();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case EnvelopeBatch batch:
                batch.QueuedAt = _clock.Elapsed;
                _state.Arrived.AddLast(new MessageRange(batch, 0, batch.Count));
                break;
            case QueueProtocol.Settled settled:
                Settle(settled);
                break;
            case QueueProtocol.Open open:
                Void();
                _state.Publisher = Sender;
                _state.Demand = open.Groups;
                Sender.Tell(new QueueProtocol.Opened(_state.Lease, open));
                break;
            case QueueProtocol.Close:
                Void();
                _state.Publisher = null;
                break;
            case QueueProtocol.Register register:
                _state.Connections.Add(register.Connection);
                break;
            case ConnectionProtocol.Ended ended:
                _state.Connections.Remove(ended.Connection);
                break;
            case QueueProtocol.Drain:
                _state.Drainer = Sender;
                break;
            case QueueProtocol.Abandon:
                Abandon();
                break;
            case SlowTick:
                break;
            default:
                Unhandled(message);
                return;
        }

        Update();
    }

    private void Update()
    {
        Answer();
        TakeIn();
        GiveOut();
        Report();
        if (_state.Drainer is { } drainer && _state.Held.Depth == 0 && _state.Arrived.Count == 0)
        {
            _state.Drainer = null;
            drainer.Tell(new QueueProtocol.Drained(0));
        }
    }

    private void TakeIn()
    {
        while (_state.Arrived.First is { } first)
        {
            var range = first.Value;
            var taken = _state.Held.Offer(range, _state.Dropped);
            if (taken < range.Count)
            {
                first.Value = range with { From = range.From + taken, Count = range.Count - taken };
                return;
            }

            _state.Arrived.RemoveFirst();
            range.Batch.ReturnCredit();
            Answer();
        }
    }

    private void GiveOut()
    {
        while (_state.Demand > 0 && _state.Publisher is { } publisher && _state.Held.HasWaiting)
        {
            _state.Demand--;
            publisher.Tell(new QueueProtocol.Publish(_state.Lease, _state.NextSequence++, _state.Held.Take(GroupLimit)));
        }
    }

    /// <summary>Only after the publisher has stopped reading the groups in flight.</summary>
    private void Void()
    {
        NextLease();
        _state.Held.Return();
    }

    private void NextLease()
    {
        _state.Lease++;
        _state.NextSequence = 0;
        _state.Demand = 0;
    }

    private void Settle(QueueProtocol.Settled settled)
    {
        if (settled.Lease != _state.Lease)
        {
            return;
        }

        // With room for all answers the step from the one state to the other cannot fail half-way.
        _state.Owed.EnsureCapacity(_state.Owed.Count + _state.Held.Oldest.Count + (2 * settled.Refusals.Count));
        var group = _state.Held.Settle();
        _state.Demand++;
        var next = 0;
        foreach (var range in group)
        {
            var from = range.From;
            while (next < settled.Refusals.Count && settled.Refusals[next] is var refusal
                && refusal.Batch == range.Batch && refusal.Index < range.End)
            {
                OweAck(range with { From = from, Count = refusal.Index - from });
                _state.Owed.Enqueue(new OwedAnswer(range with { From = refusal.Index, Count = 1 }, refusal.Reason, refusal.Error));
                from = refusal.Index + 1;
                next++;
            }

            OweAck(range with { From = from, Count = range.End - from });
        }
    }

    private void OweAck(MessageRange range)
    {
        if (range.Count > 0)
        {
            _state.Owed.Enqueue(new OwedAnswer(range, null, ""));
        }
    }

    private void Answer()
    {
        _state.Owed.EnsureCapacity(_state.Owed.Count + _state.Dropped.Count);
        foreach (var dropped in _state.Dropped)
        {
            _state.Owed.Enqueue(new OwedAnswer(dropped, NackReason.QueueFull, NackReasons.Sentence(NackReason.QueueFull)));
        }

        _state.Dropped.Clear();
        while (_state.Owed.TryPeek(out var owed))
        {
            if (!_state.IsOwedCounted)
            {
                _reports.Answered(owed, _clock.Elapsed);
                _state.IsOwedCounted = true;
            }

            Tell(owed);
            _state.Owed.Dequeue();
            _state.IsOwedCounted = false;
        }
    }

    private void Tell(in OwedAnswer owed)
    {
        var (range, connection) = (owed.Range, owed.Range.Batch.Connection);
        if (!_state.Connections.Contains(connection))
        {
            range.Batch.Release(range.Count);
        }
        else if (owed.Reason is { } reason)
        {
            connection.Tell(new QueueProtocol.Nacked(range, reason, owed.Error));
        }
        else
        {
            connection.Tell(new QueueProtocol.Acked(range));
        }
    }

    private void Abandon()
    {
        NextLease();
        var abandoned = 0;
        foreach (var range in _state.Held.Clear().Concat(_state.Arrived))
        {
            // The publisher may still be reading it.
            range.Batch.Pin();
            abandoned += range.Count;
            _state.Owed.Enqueue(new OwedAnswer(range, NackReason.ShuttingDown, NackReasons.Sentence(NackReason.ShuttingDown)));
        }

        _state.Arrived.Clear();
        Answer();
        _state.Drainer = null;
        Sender.Tell(new QueueProtocol.Drained(abandoned));
    }

    private void Report()
    {
        var utilization = _state.Held.Utilization;
        _reports.Measure(utilization);
        if (_signals && _state.Slow.Observe(utilization, _clock.Elapsed))
        {
            _reports.Slow(utilization);
            Signal(utilization);
        }

        _reports.EndSlow(utilization);
    }

    private void Signal(double utilization)
    {
        var slow = new QueueProtocol.Slow(new SlowNotice(_state.Held.Depth, _state.Held.Capacity, utilization, SlowSignal.Threshold));
        foreach (var connection in _state.Connections)
        {
            connection.Tell(slow);
        }

        Timers.StartSingleTimer(SlowTick.Instance, SlowTick.Instance, SlowSignal.Interval);
    }

    private sealed class SlowTick : INoSerializationVerificationNeeded
    {
        public static readonly SlowTick Instance = new();
    }
}
