using System.Text.Json;
using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The sending side of a component: hands what comes from the bus to one delivery for each peer.</summary>
/// <remarks>
/// <code>
///   bus --Received--> egress --Offer--> delivery (one for each peer) --Send--> connection
/// </code>
/// <para>A peer with a name of its own, and the server that is dialled, keeps its delivery for a while when its connection ends; what is
/// held meanwhile is sent on the next one.</para>
/// <para>It does not restart: when it fails the component starts anew, and streams give out again what was not acked.</para>
/// </remarks>
internal sealed class EgressActor : UnrestartableActor, IWithTimers
{
    private readonly ComponentSettings _settings;
    private readonly Func<IEgressBus> _connect;
    private readonly OutputMetrics _metrics;
    private readonly IActorRef _health;
    private readonly FederationLog _log;
    private readonly Clock _clock = Clock.Of(Context.System);
    private readonly SubscriberTable _subscribers = new();
    private readonly Dictionary<string, ReplayBuffer> _replay = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, double> _rates = [];
    private IEgressBus _bus = null!;
    private IActorRef? _drainer;
    private string? _lastNotice;
    private long _replayed;
    private int _made;
    private bool _isDraining;

    /// <inheritdoc cref="Props" />
    public EgressActor(ComponentSettings settings, Func<IEgressBus> connect, OutputMetrics metrics, IActorRef health)
    {
        _settings = settings;
        _log = FederationLog.Of(Context, settings.Name);
        _connect = connect;
        _metrics = metrics;
        _health = health;
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    /// <param name="settings">The component's: its inputs and how it sends.</param>
    /// <param name="connect">Makes the bus at the start.</param>
    /// <param name="metrics">The component's instruments.</param>
    /// <param name="health">Told when the bus comes and goes.</param>
    public static Props Props(ComponentSettings settings, Func<IEgressBus> connect, OutputMetrics metrics, IActorRef health) =>
        Akka.Actor.Props.Create(() => new EgressActor(settings, connect, metrics, health));

    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(10, TimeSpan.FromMinutes(1), static _ => Directive.Restart);

    /// <inheritdoc />
    protected override void PreStart()
    {
        foreach (var reason in DropReason.All)
        {
            _metrics.Dropped(reason);
        }

        _bus = _connect();
        _bus.Start(Self);
        if (_settings.Mode == ComponentMode.Client)
        {
            // Holds what comes before the first connection.
            Make(SubscriberTable.Server);
        }
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _metrics.Peers.Set(0);
        _metrics.RateCap.Set(0);
        _health.Tell(new HealthProtocol.EgressBus(_settings.Name, Connected: false));
        _ = _bus.DisposeAsync().AsTask();
    }

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case EgressBusProtocol.Received received:
                Receive(received);
                break;
            case ConnectionProtocol.Opened opened:
                Attach(opened);
                break;
            case ConnectionProtocol.Ended ended:
                End(ended.Connection);
                break;
            case EgressProtocol.Invoke invoke:
                Invoke(invoke);
                break;
            case Forget forget when _subscribers.Find(forget.Key) is { IsConnected: false }:
                Close(forget.Key, DropReason.PeerGone);
                break;
            case Forget:
                break;
            case DeliveryProtocol.RateChanged changed when _subscribers.Of(changed.Delivery) is not null:
                Note(changed);
                break;
            case DeliveryProtocol.RateChanged:
                break;
            case DeliveryProtocol.Restarted restarted:
                if (_subscribers.Of(restarted.Delivery) is { IsConnected: true } subscriber)
                {
                    restarted.Delivery.Tell(new DeliveryProtocol.Attach(subscriber.Connection, subscriber.Peer, IsSame: true) { Meter = subscriber.Meter });
                }

                TellDraining(restarted.Delivery);

                break;
            case DeliveryEnded ended when _subscribers.Of(ended.Delivery) is not null:
                throw new InvalidOperationException("a delivery failed too often");
            case DeliveryEnded:
                break;
            default:
                Others(message);
                break;
        }
    }

    private void Others(object message)
    {
        switch (message)
        {
            case EgressBusProtocol.Overflowed overflowed:
                _metrics.Taken.Inc(overflowed.Count);
                _metrics.Dropped(DropReason.InputOverflow).Inc(overflowed.Count);
                break;
            case EgressBusProtocol.Skipped skipped:
                _metrics.Taken.Inc(skipped.Count);
                _metrics.Dropped(DropReason.Skipped).Inc(skipped.Count);
                _log.Write(
                    LogEvents.MessagesSkipped,
                    "{Component}, input {Port}: the limits of the stream removed {AtMost}{Count} messages before they were sent to {Peer}; raise max_age, max_msgs or max_bytes of the stream",
                    _settings.Name, skipped.Port, skipped.IsExact ? "" : "up to ", skipped.Count, skipped.Peer);
                break;
            case EgressBusProtocol.Up:
                _lastNotice = null;
                _health.Tell(new HealthProtocol.EgressBus(_settings.Name, Connected: true));
                break;
            case EgressBusProtocol.Down down:
                _health.Tell(new HealthProtocol.EgressBus(_settings.Name, Connected: false, down.Reason));
                break;
            case EgressBusProtocol.DeadLetters letters:
                _metrics.DeadLetters(letters.Outcome.ToString().ToLowerInvariant()).Inc(letters.Count);
                break;
            case EgressBusProtocol.Failed failed:
                _health.Tell(new HealthProtocol.PortFailed(_settings.Name, failed.Fault));
                break;
            case EgressBusProtocol.Recovered recovered:
                _health.Tell(new HealthProtocol.PortRecovered(_settings.Name, recovered.Port, recovered.Peer));
                break;
            case EgressBusProtocol.Notice notice when !string.Equals(notice.Text, _lastNotice, StringComparison.Ordinal):
                _lastNotice = _log.Write(LogEvents.SendingNotice, "{Component}, sending: {Notice}", _settings.Name, notice.Text) ? notice.Text : _lastNotice;
                break;
            case EgressBusProtocol.Notice:
                break;
            case EgressProtocol.ListAway asked:
                Sender.Tell(_subscribers.List(asked, _clock.Now));
                break;
            case EgressProtocol.Drain:
                Drain();
                break;
            case DeliveryProtocol.Idle idle:
                _subscribers.Idle(idle.Delivery);
                EndDrain();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Receive(EgressBusProtocol.Received received)
    {
        var offer = new DeliveryProtocol.Offer(received.Messages, received.Credit);
        if (_subscribers.All.Count == 0)
        {
            _metrics.Taken.Inc(received.Messages.Count);
            _metrics.Dropped(DropReason.NoPeer).Inc(received.Messages.Count);
        }

        foreach (var subscriber in _subscribers.All)
        {
            received.Credit.Share();
            subscriber.Delivery.Tell(offer);
        }

        received.Credit.Return();
        Keep(received);
    }

    private void Keep(EgressBusProtocol.Received received)
    {
        var settings = _settings.Egress.Replay;
        if (settings.Count == 0)
        {
            return;
        }

        if (!_replay.TryGetValue(received.Input, out var buffer))
        {
            _replay[received.Input] = buffer = new ReplayBuffer(settings.Count, settings.Bytes, settings.Age);
        }

        var now = _clock.Now;
        foreach (var message in received.Messages)
        {
            buffer.Add(now, message);
        }
    }

    private void Attach(ConnectionProtocol.Opened opened)
    {
        var key = SubscriberTable.Key(_settings.Mode, opened.Peer);
        var subscriber = _subscribers.Find(key) ?? Make(key);
        _subscribers.Connect(subscriber, opened.Connection, opened.Peer);
        subscriber.Meter = opened.Meter;
        Timers.Cancel(key);

        // The connection hears of it before it is told to send.
        opened.Connection.Tell(new EgressProtocol.Attached(subscriber.Delivery, _settings.Egress.Delivery == DeliveryMode.AtMostOnce));
        subscriber.Delivery.Tell(new DeliveryProtocol.Attach(opened.Connection, opened.Peer) { Meter = opened.Meter });
    }

    private Subscriber Make(string key)
    {
        var delivery = new PeerDelivery(_settings.Egress, _metrics, _bus.GiveUp, _settings.Connection.MaxMessageSize);
        var actor = Context.ActorOf(DeliveryActor.Props(_settings, delivery, _bus, _metrics), $"delivery-{++_made}");
        Context.WatchWith(actor, new DeliveryEnded(actor));
        TellDraining(actor);
        var subscriber = _subscribers.Add(key, actor);
        _metrics.Peers.Set(_subscribers.All.Count);
        return subscriber;
    }

    private void TellDraining(IActorRef delivery)
    {
        if (_isDraining)
        {
            delivery.Tell(DeliveryProtocol.Drain.Instance);
        }
    }

    private void End(IActorRef connection)
    {
        if (_subscribers.Disconnect(connection, _clock.Elapsed) is not { } subscriber)
        {
            return;
        }

        subscriber.Delivery.Tell(new DeliveryProtocol.Detach(connection));
        if (!subscriber.Peer.Lasting && _settings.Mode == ComponentMode.Server)
        {
            Close(subscriber.Key, DropReason.PeerGone);
        }
        else if (_settings.Mode == ComponentMode.Server)
        {
            Timers.StartSingleTimer(subscriber.Key, new Forget(subscriber.Key), _settings.Egress.PeerRetention);
            if (_subscribers.All.Count > _settings.Server.MaxConnections && _subscribers.FirstToForget is { } first)
            {
                // Names cost nothing, so that those of absent peers are as many at most as connections may be.
                Close(first.Key, DropReason.PeerGone);
            }
        }

        EndDrain();
    }

    private void Close(string key, string reason)
    {
        if (_subscribers.Remove(key) is { } gone)
        {
            Note(new DeliveryProtocol.RateChanged(gone.Delivery, null));
            gone.Delivery.Tell(new DeliveryProtocol.Close(reason));
            _metrics.Peers.Set(_subscribers.All.Count);
        }
    }

    private void Invoke(EgressProtocol.Invoke invoke)
    {
        if (_subscribers.Having(invoke.Connection) is not { } subscriber)
        {
            Sender.Tell(new EgressProtocol.Invoked(invoke, ReplyPayload.Error(RequestErrors.ConnectionLost, "another connection of this peer has taken its place")));
        }
        else if (string.Equals(invoke.Method, BuiltInMethods.Replay, StringComparison.Ordinal))
        {
            Replay(invoke, subscriber);
        }
        else
        {
            subscriber.Delivery.Forward(invoke);
        }
    }

    private void Replay(EgressProtocol.Invoke invoke, Subscriber subscriber)
    {
        using var parameters = JsonDocument.Parse(invoke.Parameters);
        if (!ReplayParams.TryParse(parameters.RootElement, out var from, out var error))
        {
            Sender.Tell(new EgressProtocol.Invoked(invoke, ReplyPayload.Error(RequestErrors.InvalidParams, error)));
            return;
        }

        // Ids of their own: who asks for messages again wants them again, although it may have seen them.
        var source = new OutboundSource($"replay-{Guid.NewGuid():N}-");
        var now = _clock.Now;
        OutboundMessage[] messages = [.. _replay.Values.SelectMany(buffer => buffer.Select(from, now.Elapsed)).Select(kept => kept.Message.Again(source, ++_replayed))];
        subscriber.Delivery.Tell(new DeliveryProtocol.Replay(invoke, from, messages, Sender));
    }

    private void Note(DeliveryProtocol.RateChanged changed)
    {
        if (changed.Rate is { } rate)
        {
            _rates[changed.Delivery] = rate;
        }
        else
        {
            _rates.Remove(changed.Delivery);
        }

        _metrics.RateCap.Set(_rates.Count > 0 ? _rates.Values.Min() : 0);
    }

    private void Drain()
    {
        _drainer = Sender;
        _isDraining = true;
        _bus.StopReceiving();
        foreach (var subscriber in _subscribers.All)
        {
            subscriber.Delivery.Tell(DeliveryProtocol.Drain.Instance);
        }

        EndDrain();
    }

    private void EndDrain()
    {
        if (_drainer is { } drainer && _subscribers.All.All(static subscriber => subscriber.IsIdle || !subscriber.IsConnected))
        {
            _drainer = null;
            drainer.Tell(EgressProtocol.Drained.Instance);
        }
    }

    private sealed record DeliveryEnded(IActorRef Delivery) : INoSerializationVerificationNeeded;

    private sealed record Forget(string Key) : INoSerializationVerificationNeeded;
}
