using System.Text.Json;
using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.Sending;

/// <summary>The sending side of a component: passes messages of the bus to one delivery per peer.</summary>
/// <remarks>
/// <code>
///   bus --Received--> egress --Offer--> delivery (one for each peer) --Send--> connection
/// </code>
/// A named peer, and the server that is dialled, keeps its delivery for a while after its connection ends; the next connection gets the
/// held messages. When this actor fails, the component restarts as a whole, and streams redeliver unacked messages.</remarks>
internal sealed class EgressActor : UnrestartableActor, IWithTimers
{
    private static readonly TimeSpan MeasureInterval = TimeSpan.FromSeconds(1);

    private readonly ComponentSettings _settings;
    private readonly Func<IEgressBus> _connect;
    private readonly OutputMetrics _metrics;
    private readonly IActorRef _health;
    private readonly EgressReports _reports;
    private readonly Clock _clock = Clock.Of(Context.System);
    private readonly SubscriberTable _subscribers = new();
    private readonly ReplayBuffers _replay;
    private IEgressBus _bus = null!;
    private IActorRef? _drainer;
    private int _made;
    private bool _isDraining;

    public EgressActor(ComponentSettings settings, Func<IEgressBus> connect, OutputMetrics metrics, IActorRef health)
    {
        _settings = settings;
        _reports = new EgressReports(settings.Name, metrics, health, FederationLog.Of(Context, settings.Name));
        _replay = new ReplayBuffers(settings.Egress.Replay);
        _connect = connect;
        _metrics = metrics;
        _health = health;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ComponentSettings settings, Func<IEgressBus> connect, OutputMetrics metrics, IActorRef health) =>
        Akka.Actor.Props.Create(() => new EgressActor(settings, connect, metrics, health));

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(10, TimeSpan.FromMinutes(1), static _ => Directive.Restart);

    protected override void PreStart()
    {
        foreach (var reason in DropReason.All)
        {
            _metrics.Dropped(reason);
        }

        Timers.StartPeriodicTimer(Measure.Instance, Measure.Instance, MeasureInterval);
        _bus = _connect();
        _bus.Start(Self);
        if (_settings.Mode == ComponentMode.Client)
        {
            // Holds what comes before the first connection, which is to the first address unless that fails.
            Make(SubscriberTable.Server).Peer = Uri.TryCreate(_settings.Client.Servers[0], UriKind.Absolute, out var first)
                ? new PeerName(PeerIdentity.OfServer(first), Lasting: false) : PeerName.None;
        }
    }

    protected override void PostStop()
    {
        _metrics.Peers.Set(0);
        _metrics.RateCap.Set(0);
        _metrics.UnackedAge.Set(0);
        _health.Tell(new HealthProtocol.EgressBus(_settings.Name, Connected: false));
        _ = _bus.DisposeAsync().AsTask();
    }

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
            case Forget forget:
                if (_subscribers.Find(forget.Key) is { IsConnected: false })
                {
                    Close(forget.Key, DropReason.PeerGone);
                }

                break;
            case DeliveryProtocol.RateChanged changed:
                _subscribers.Of(changed.Delivery)?.Rate = changed.Rate;
                ShowRate();
                break;
            case DeliveryProtocol.Restarted restarted:
                if (_subscribers.Of(restarted.Delivery) is { IsConnected: true } subscriber)
                {
                    restarted.Delivery.Tell(
                        new DeliveryProtocol.Attach(subscriber.Connection, subscriber.Peer, IsSame: true)
                            { Meter = subscriber.Meter, IsBatching = subscriber.IsBatching, Permissions = subscriber.Permissions });
                }

                TellDraining(restarted.Delivery);

                break;
            case DeliveryEnded ended:
                if (_subscribers.Of(ended.Delivery) is not null)
                {
                    throw new InvalidOperationException("a delivery failed too often");
                }

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
            case EgressProtocol.ListAway asked:
                Sender.Tell(_subscribers.List(asked, _clock.Now));
                break;
            case EgressProtocol.Drain:
                Drain();
                break;
            case Measure:
                _metrics.UnackedAge.Set(_subscribers.UnackedAge(_clock.Elapsed).TotalSeconds);
                break;
            case DeliveryProtocol.Idle idle:
                _subscribers.Idle(idle.Delivery);
                EndDrain();
                break;
            default:
                if (!_reports.TryHandle(message))
                {
                    Unhandled(message);
                }

                break;
        }
    }

    private void Receive(EgressBusProtocol.Received received)
    {
        if (_subscribers.Divide(received.Messages, out var unclaimed) is { } shares)
        {
            foreach (var (subscriber, messages) in shares)
            {
                received.Credit.Share();
                subscriber.Delivery.Tell(new DeliveryProtocol.Offer(messages, received.Credit));
            }
        }
        else
        {
            var offer = new DeliveryProtocol.Offer(received.Messages, received.Credit);
            foreach (var subscriber in _subscribers.All)
            {
                received.Credit.Share();
                subscriber.Delivery.Tell(offer);
            }
        }

        if (unclaimed > 0)
        {
            _reports.Drop(DropReason.NoPeer, unclaimed);
        }

        received.Credit.Return();
        _replay.Keep(received.Input, received.Messages, _clock.Now);
    }

    private void Attach(ConnectionProtocol.Opened opened)
    {
        var key = SubscriberTable.Key(_settings.Mode, opened.Peer);
        var subscriber = _subscribers.Find(key) ?? Make(key);
        _subscribers.Connect(subscriber, opened.Connection, opened.Peer);
        (subscriber.Meter, subscriber.IsBatching, subscriber.Permissions) = (opened.Meter, opened.IsBatching, opened.Permissions);
        Timers.Cancel(key);

        // The connection hears of it before it is told to send.
        opened.Connection.Tell(new EgressProtocol.Attached(subscriber.Delivery, _settings.Egress.Delivery == DeliveryMode.AtMostOnce));
        subscriber.Delivery.Tell(new DeliveryProtocol.Attach(opened.Connection, opened.Peer)
            { Meter = opened.Meter, IsBatching = opened.IsBatching, Permissions = opened.Permissions });
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
            ShowRate();
            gone.Delivery.Tell(new DeliveryProtocol.Close(reason));
            _metrics.Peers.Set(_subscribers.All.Count);
        }
    }

    private void Invoke(EgressProtocol.Invoke invoke)
    {
        if (_subscribers.Having(invoke.Connection) is not { } subscriber)
        {
            Sender.Tell(new EgressProtocol.Invoked(
                invoke, ReplyPayload.Error(RequestErrors.ConnectionLost, "replaced by another connection of this peer")));
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
        if (!MethodParams.TryRead(ReplayParams.Read, parameters.RootElement, out var from, out var error))
        {
            Sender.Tell(new EgressProtocol.Invoked(invoke, ReplyPayload.Error(RequestErrors.InvalidParams, error)));
            return;
        }

        subscriber.Delivery.Tell(new DeliveryProtocol.Replay(invoke, from, _replay.Select(from, subscriber.Peer.Identity, _clock.Elapsed), Sender));
    }

    private void ShowRate() => _metrics.RateCap.Set(_subscribers.All.Min(static subscriber => subscriber.Rate) ?? 0);

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

    private sealed class Measure : INoSerializationVerificationNeeded
    {
        public static readonly Measure Instance = new();
    }

    private sealed record Forget(string Key) : INoSerializationVerificationNeeded;
}
