using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Sends to one peer and handles its answers.</summary>
/// <remarks>
/// <code>
///   egress, stream --Offer, Stored--> [ waiting | window ] --Send--> connection --> peer
///                                        ^--- Answers: ack, nack, slow ---'
/// </code>
/// Its messages outlive a restart. Only the egress actor ends it.</remarks>
internal sealed class DeliveryActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan MeterInterval = TimeSpan.FromSeconds(1);

    // A peer may ask for a rate so low that the next message is due when no clock goes any more.
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly ComponentSettings _settings;
    private readonly PeerDelivery _delivery;
    private readonly DeliveryMethods _methods;
    private readonly OutputMetrics _metrics;
    private readonly FederationLog _log;
    private readonly Clock _clock = Clock.Of(Context.System);
    private readonly DeliveryFeeds _feeds;
    private IActorRef _connection = ActorRefs.Nobody;
    private IActorRef? _drainer;
    private long _sent;
    private double _rate;
    private double? _reportedRate;

    // When the timer fires.
    private TimeSpan _due = TimeSpan.MaxValue;

    public DeliveryActor(ComponentSettings settings, PeerDelivery delivery, IEgressBus bus, OutputMetrics metrics)
    {
        _settings = settings;
        _log = FederationLog.Of(Context, settings.Name);
        _delivery = delivery;
        _methods = new DeliveryMethods(delivery.Limits);
        _feeds = new DeliveryFeeds(bus, settings.Ports.Inputs);
        _metrics = metrics;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _clock.Elapsed;

    public static Props Props(ComponentSettings settings, PeerDelivery delivery, IEgressBus bus, OutputMetrics metrics) =>
        Akka.Actor.Props.Create(() => new DeliveryActor(settings, delivery, bus, metrics));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Signal.Meter, Signal.Meter, MeterInterval);
        Timers.StartPeriodicTimer(Signal.Touch, Signal.Touch, _settings.Egress.AckWait / 3);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // What was on its way may or may not have been sent; it is sent again on the next connection.
        _log.Write(LogEvents.DeliveryRestarted, "The delivery to {Peer} restarts with {Held} messages: {Reason}",
            _delivery.Peer, _delivery.Held, reason.Message);
        _feeds.Close();
        _delivery.Disconnect();
    }

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(new DeliveryProtocol.Restarted(Self));
    }

    protected override void PostStop()
    {
        _feeds.Close();
        _delivery.Close(DropReason.ShuttingDown);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeliveryProtocol.Offer offer:
                Offer(offer);
                break;
            case EgressBusProtocol.Stored stored:
                Offer(stored.Messages);
                break;
            case EgressProtocol.Answers answers:
                Receive(answers.Batch);
                break;
            case EgressProtocol.Answered answered when answered.Connection.Equals(_connection):
                Receive(answered);
                break;
            case EgressProtocol.Answered:
                return;
            case EgressProtocol.Flushed flushed when flushed.Connection.Equals(_connection):
                _delivery.Flushed(flushed.Count);
                break;
            case EgressProtocol.Flushed:
                return;
            case Signal signal when signal == Signal.Touch:
                _delivery.Touch();
                return;
            case Signal signal:
                if (signal == Signal.Meter)
                {
                    Measure();
                }
                else
                {
                    _due = TimeSpan.MaxValue;
                }

                break;
            default:
                Others(message);
                break;
        }

        Send();
    }

    private void Others(object message)
    {
        switch (message)
        {
            case DeliveryProtocol.Attach attach:
                Attach(attach);
                break;
            case DeliveryProtocol.Detach detach when detach.Connection.Equals(_connection):
                Detach();
                break;
            case DeliveryProtocol.Detach:
                break;
            case EgressProtocol.Invoke invoke:
                Sender.Tell(new EgressProtocol.Invoked(invoke, _methods.Invoke(invoke.Method, invoke.Parameters, _rate, Now)));
                break;
            case DeliveryProtocol.Replay replay:
                Replay(replay);
                break;
            case DeliveryFeeds.Replaying replaying:
                Start(replaying);
                break;
            case DeliveryProtocol.Drain:
                _drainer = Sender;
                _feeds.Close();
                break;
            case DeliveryProtocol.Close close:
                _delivery.Close(close.Reason);
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Offer(DeliveryProtocol.Offer offer)
    {
        try
        {
            Offer(offer.Messages);
        }
        finally
        {
            offer.Credit.Return();
        }
    }

    private void Offer(IReadOnlyList<OutboundMessage> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            Offer(messages[i]);
        }
    }

    private void Offer(OutboundMessage message)
    {
        if (message.IsStored && _connection.IsNobody())
        {
            // Was on its way when the connection ended.
            message.Return();
            return;
        }

        _delivery.Offer(message);
    }

    private void Attach(DeliveryProtocol.Attach attach)
    {
        Detach();
        _connection = attach.Connection;
        _delivery.Meter = attach.Meter;
        _delivery.Meter?.RateCap = _reportedRate ?? 0;
        var window = _settings.Egress.WindowOf(attach.IsBatching);
        _delivery.Limits.Permissions = attach.Permissions;
        _delivery.Connect(attach.Peer.Identity, attach.IsSame, window);
        if (_drainer is null)
        {
            _feeds.Open(attach.Peer, Self, window);
        }
    }

    private void Detach()
    {
        _feeds.Close();
        _connection = ActorRefs.Nobody;
        _delivery.Disconnect();
    }

    private void Send()
    {
        var now = Now;
        var messages = _delivery.Take(now);
        if (messages.Count > 0)
        {
            _sent += messages.Count;
            _connection.Tell(new EgressProtocol.Send(messages));
        }

        _delivery.Meter?.Held = _delivery.Held;
        _delivery.Meter?.UnackedSince = _delivery.OldestSent;
        if (_delivery.NextAt(now) is { } next && next < _due)
        {
            // A timer that fires too early costs less than one for each batch.
            var pause = next - now is var left && left < LongestPause ? left : LongestPause;
            _due = now + pause;
            Timers.StartSingleTimer(Signal.SendDue, Signal.SendDue, pause);
        }

        if (_drainer is not null && (_delivery.Held == 0 || !_delivery.IsConnected))
        {
            _drainer.Tell(new DeliveryProtocol.Idle(Self));
        }
    }

    private void Receive(EnvelopeBatch batch)
    {
        try
        {
            if (!batch.Connection.Equals(_connection))
            {
                return;
            }

            var now = Now;
            foreach (var control in batch.Controls)
            {
                switch (control.Type)
                {
                    case EnvelopeType.Ack when control.HasId:
                        Count(_delivery.Ack(batch.Id(control)));
                        break;
                    case EnvelopeType.Nack when control.HasId:
                        var reason = NackPayload.Reason(batch.Payload(control).Span);
                        _metrics.Nacked(NackPayload.Label(reason)).Inc();
                        Count(_delivery.Nack(batch.Id(control), reason, now));
                        break;
                    case EnvelopeType.Slow:
                        _metrics.SlowReceived.Inc();
                        _delivery.Meter?.Slowed(now);
                        _delivery.Limits.Slow(now, Math.Max(_rate, _sent));
                        break;
                    default:
                        // An ack without an id keeps a connection alive; requests and replies are the correlation actor's.
                        break;
                }
            }
        }
        finally
        {
            batch.EndControls();
        }
    }

    /// <summary>Takes answers to records.</summary>
    private void Receive(EgressProtocol.Answered answered)
    {
        var now = Now;
        if (answered.Reason is { } reason)
        {
            _metrics.Nacked(NackPayload.Label(reason)).Inc(answered.Messages.Count);
        }

        for (var i = 0; i < answered.Messages.Count; i++)
        {
            var message = answered.Messages[i];
            Count(answered.Reason is null ? _delivery.Ack(message) : _delivery.Nack(message, answered.Reason, now));
        }
    }

    private void Count(bool isKnown)
    {
        if (!isKnown)
        {
            _metrics.UnknownAnswers.Inc();
        }
    }

    private void Replay(DeliveryProtocol.Replay replay)
    {
        foreach (var message in replay.Messages)
        {
            Offer(message);
        }

        _ = _feeds.ReplayAsync(replay, Self).PipeTo(Self);
    }

    private void Start(DeliveryFeeds.Replaying replaying)
    {
        _feeds.Keep(replaying);
        if (_connection.IsNobody() || _drainer is not null)
        {
            _feeds.Close();
        }

        replaying.Replay.ReplyTo.Tell(new EgressProtocol.Invoked(replaying.Replay.Asked, replaying.Reply));
    }

    private void Measure()
    {
        _rate = _sent;
        _sent = 0;
        if (_delivery.Limits.Rate != _reportedRate)
        {
            _reportedRate = _delivery.Limits.Rate;
            _delivery.Meter?.RateCap = _reportedRate ?? 0;
            Context.Parent.Tell(new DeliveryProtocol.RateChanged(Self, _reportedRate));
        }
    }

    private sealed class Signal : INoSerializationVerificationNeeded
    {
        public static readonly Signal SendDue = new();
        public static readonly Signal Meter = new();
        public static readonly Signal Touch = new();
    }
}
