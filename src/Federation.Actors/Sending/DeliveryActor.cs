using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Sends to one peer, and listens to what it answers.</summary>
/// <remarks>
/// <code>
///   egress, stream --Offer, Stored--> [ waiting | window ] --Send--> connection --> peer
///                                        ^--- Answers: ack, nack, slow ---'
/// </code>
/// <para>What it holds outlives a restart. It ends only when the egress actor says so.</para>
/// </remarks>
internal sealed class DeliveryActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan MeterInterval = TimeSpan.FromSeconds(1);

    // A peer may ask for a rate so low that the next message is due when no clock goes any more.
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly ComponentSettings _settings;
    private readonly PeerDelivery _delivery;
    private readonly DeliveryMethods _methods;
    private readonly IEgressBus _bus;
    private readonly OutputMetrics _metrics;
    private readonly FederationLog _log;
    private readonly Clock _clock = Clock.Of(Context.System);
    private readonly List<IAsyncDisposable> _feeds = [];
    private readonly List<IAsyncDisposable> _replays = [];
    private IActorRef _connection = ActorRefs.Nobody;
    private IActorRef? _drainer;
    private long _sent;
    private double _rate;
    private double? _reportedRate;

    /// <inheritdoc cref="Props" />
    public DeliveryActor(ComponentSettings settings, PeerDelivery delivery, IEgressBus bus, OutputMetrics metrics)
    {
        _settings = settings;
        _log = FederationLog.Of(Context, settings.Name);
        _delivery = delivery;
        _methods = new DeliveryMethods(delivery);
        _bus = bus;
        _metrics = metrics;
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _clock.Elapsed;

    /// <summary>How to make one.</summary>
    /// <param name="settings">The component's: its inputs and how it sends.</param>
    /// <param name="delivery">What the peer is owed; outlives restarts.</param>
    /// <param name="bus">Where streams are.</param>
    /// <param name="metrics">The component's instruments.</param>
    public static Props Props(ComponentSettings settings, PeerDelivery delivery, IEgressBus bus, OutputMetrics metrics) =>
        Akka.Actor.Props.Create(() => new DeliveryActor(settings, delivery, bus, metrics));

    /// <inheritdoc />
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Meter.Instance, Meter.Instance, MeterInterval);
        Timers.StartPeriodicTimer(Touch.Instance, Touch.Instance, _settings.Egress.AckWait / 3);
    }

    /// <inheritdoc />
    protected override void PreRestart(Exception reason, object message)
    {
        // What was on its way may or may not have been sent; it is sent again on the next connection.
        _log.Write(LogEvents.DeliveryRestarted, "Delivery to {Peer} restarts with {Held} messages held: {Reason}", _delivery.Peer, _delivery.Held, reason.Message);
        CloseFeeds();
        _delivery.Disconnect();
    }

    /// <inheritdoc />
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(new DeliveryProtocol.Restarted(Self));
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        CloseFeeds();
        _delivery.Close(DropReason.ShuttingDown);
    }

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeliveryProtocol.Offer offer:
                Offer(offer);
                break;
            case EgressBusProtocol.Stored stored:
                Offer(stored.Message);
                break;
            case EgressProtocol.Answers answers:
                Receive(answers.Batch);
                break;
            case EgressProtocol.Flushed flushed when flushed.Connection.Equals(_connection):
                _delivery.Flushed(flushed.Count);
                break;
            case EgressProtocol.Flushed:
                return;
            case Touch:
                _delivery.Touch();
                return;
            case Meter:
                Measure();
                break;
            case SendDue:
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
            case Replaying replaying:
                Start(replaying);
                break;
            case DeliveryProtocol.Drain:
                _drainer = Sender;
                CloseFeeds();
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
            foreach (var message in offer.Messages)
            {
                Offer(message);
            }
        }
        finally
        {
            offer.Credit.Return();
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
        _delivery.Connect(attach.Peer.Identity, attach.IsSame);
        if (_drainer is not null)
        {
            return;
        }

        foreach (var port in _settings.Ports.Inputs.Where(static port => port.Type == PortType.Jetstream))
        {
            _feeds.Add(_bus.Feed(port, attach.Peer, Self));
        }
    }

    private void Detach()
    {
        CloseFeeds();
        _connection = ActorRefs.Nobody;
        _delivery.Disconnect();
    }

    private void CloseFeeds()
    {
        Close(_feeds);
        Close(_replays);
    }

    private static void Close(List<IAsyncDisposable> feeds)
    {
        foreach (var feed in feeds)
        {
            _ = feed.DisposeAsync().AsTask();
        }

        feeds.Clear();
    }

    /// <summary>Sends what may go, and sees to it that what may go later does.</summary>
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
        if (_delivery.NextAt(now) is { } next)
        {
            Timers.StartSingleTimer(SendDue.Instance, SendDue.Instance, next - now is var pause && pause < LongestPause ? pause : LongestPause);
        }
        else
        {
            Timers.Cancel(SendDue.Instance);
        }

        if (_drainer is not null && (_delivery.Held == 0 || !_delivery.IsConnected))
        {
            _drainer.Tell(new DeliveryProtocol.Idle(Self));
        }
    }

    /// <summary>Takes what a batch holds besides messages, and lets go of it whatever happens.</summary>
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
                        _delivery.Slow(now, Math.Max(_rate, _sent));
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

    private void Count(bool isKnown)
    {
        if (!isKnown)
        {
            _metrics.UnknownAnswers.Inc();
        }
    }

    /// <summary>Sends what is kept outside of streams again, and finds out what streams have.</summary>
    private void Replay(DeliveryProtocol.Replay replay)
    {
        foreach (var message in replay.Messages)
        {
            Offer(message);
        }

        _ = ReplayAsync(_bus, _settings.Ports.Inputs, replay, Self).PipeTo(Self);
    }

    private static async Task<Replaying> ReplayAsync(IEgressBus bus, IReadOnlyList<InputPortSettings> inputs, DeliveryProtocol.Replay replay, IActorRef self)
    {
        long available = replay.Messages.Count;
        List<IAsyncDisposable> feeds = [];
        try
        {
            foreach (var port in inputs.Where(static port => port.Type == PortType.Jetstream))
            {
                var (count, feed) = await bus.ReplayAsync(port, replay.From, self);
                feeds.Add(feed);
                available += count;
                if (count == 0)
                {
                    await feed.DisposeAsync();
                }
            }

            return new Replaying(replay, available, feeds, null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            foreach (var feed in feeds)
            {
                await feed.DisposeAsync();
            }

            return new Replaying(replay, available, [], e.GetBaseException().Message);
        }
    }

    private void Start(Replaying replaying)
    {
        // One replay at a time: a peer that asks again is done with the last.
        Close(_replays);
        _replays.AddRange(replaying.Feeds);
        if (_connection.IsNobody() || _drainer is not null)
        {
            CloseFeeds();
        }

        var reply = replaying.Error is { } error ? ReplyPayload.Error(RequestErrors.BusUnavailable, error) : ReplyPayload.Ok(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("messages_available"u8, replaying.Available);
            json.WriteBoolean("replay_started"u8, replaying.Available > 0);
            json.WriteEndObject();
        });
        replaying.Replay.ReplyTo.Tell(new EgressProtocol.Invoked(replaying.Replay.Asked, reply));
    }

    private void Measure()
    {
        _rate = _sent;
        _sent = 0;
        if (_delivery.Rate != _reportedRate)
        {
            _reportedRate = _delivery.Rate;
            _delivery.Meter?.RateCap = _reportedRate ?? 0;
            Context.Parent.Tell(new DeliveryProtocol.RateChanged(Self, _reportedRate));
        }
    }

    private sealed record Replaying(DeliveryProtocol.Replay Replay, long Available, IReadOnlyList<IAsyncDisposable> Feeds, string? Error) : INoSerializationVerificationNeeded;

    private sealed class SendDue : INoSerializationVerificationNeeded
    {
        public static readonly SendDue Instance = new();
    }

    private sealed class Meter : INoSerializationVerificationNeeded
    {
        public static readonly Meter Instance = new();
    }

    private sealed class Touch : INoSerializationVerificationNeeded
    {
        public static readonly Touch Instance = new();
    }
}
