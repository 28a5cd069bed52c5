using System.Net.WebSockets;
using Akka.Actor;
using Akka.Event;
using Federation.Actors.Connections;
using Federation.Actors.Messages;
using Federation.Actors.Publishing;
using Federation.Actors.Queueing;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;
using Federation.Actors.Transport;

namespace Federation.Actors.Supervision;

/// <summary>One component: its queue, its publisher, its listener and a connection actor for each live socket.</summary>
/// <remarks>
/// <code>
///   Starting --bound, or dialler made--> Running --Drain--> StoppingReads --all stopped--> Emptying --queue empty, or time up--> Closing --none left--> (stopped)
/// </code>
/// </remarks>
internal sealed class ComponentSupervisor : UntypedActor, IWithTimers
{
    /// <summary>The share of a drain's time that publishing may take; the rest is for sending the answers and closing.</summary>
    private const double PublishingShare = 0.8;

    /// <summary>Close status of a connection whose peer has made another one, of the range for applications (RFC 6455 section 7.4.2).</summary>
    private const WebSocketCloseStatus SupersededStatus = (WebSocketCloseStatus)4001;

    private static readonly ConnectionProtocol.Close Goodbye = new(WebSocketCloseStatus.EndpointUnavailable, "the node is shutting down");
    private static readonly ConnectionProtocol.Close Superseded = new(SupersededStatus, "superseded");

    private readonly ComponentSettings _settings;
    private readonly NodeServices _services;
    private readonly IActorRef _health;
    private readonly ComponentMetrics _metrics;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PeerRoster _peers;
    private PeerEndpoint? _endpoint;
    private WebSocketDialer? _dialer;
    private IActorRef _dialerActor = ActorRefs.Nobody;
    private IActorRef _queue = ActorRefs.Nobody;
    private long _accepted;

    public ComponentSupervisor(ComponentSettings settings, NodeServices services, IActorRef health)
    {
        _settings = settings;
        _services = services;
        _health = health;
        _metrics = new ComponentMetrics(services.Metrics, settings.Name);
        _peers = new PeerRoster(settings.Server.MaxConnectionsPerPeer);
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(ComponentSettings settings, NodeServices services, IActorRef health) =>
        Akka.Actor.Props.Create(() => new ComponentSupervisor(settings, services, health));

    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() => new ComponentStrategy();

    /// <inheritdoc />
    protected override void PreStart()
    {
        var backpressure = _settings.Backpressure;
        var policy = backpressure.Enabled ? backpressure.OnFull : OverflowPolicy.Block;
        var state = new QueueState(new BoundedQueue(backpressure.QueueSize, backpressure.QueueBytes, policy));
        _queue = Part(QueueActor.Props(_settings.Name, backpressure, state, _metrics, _health), "queue");
        Part(PublisherActor.Props(_settings.Name, _settings.Ports.Data!.Subject, () => _services.Connect(_settings), _queue, _metrics, _health), "publisher");
        if (_settings.Mode == ComponentMode.Client)
        {
            StartDialling();
        }
        else
        {
            StartListening();
        }
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _health.Tell(new HealthProtocol.Stopped(_settings.Name));
        _metrics.ConnectionsActive.Set(0);
        _dialer?.Dispose();
        if (_endpoint is { } endpoint)
        {
            _ = _services.Listeners.CloseAsync(_settings.Server);
            endpoint.Dispose();
        }
    }

    /// <inheritdoc />
    protected override void OnReceive(object message) => Starting(message);

    private void Starting(object message)
    {
        switch (message)
        {
            case Bound bound:
                _log.Info("{Component} listens on {Endpoint}", _settings.Name, bound.Address);
                _health.Tell(new HealthProtocol.Listening(_settings.Name, bound.Address));
                Context.Parent.Tell(new ComponentProtocol.Ready(_settings.Name, bound.Address));
                Become(Running);
                break;
            case NotBound notBound:
                throw new ListenerFailedException(_settings.Server, notBound.Error);
            case ConnectedPeer early:
                // The port is open a moment before this actor hears of it.
                Accept(early);
                break;
            default:
                Always(message);
                break;
        }
    }

    private void Running(object message)
    {
        switch (message)
        {
            case ConnectedPeer peer:
                Accept(peer);
                break;
            case DialerProtocol.Opened opened:
                Add(opened.Connection, name: null);
                break;
            default:
                Always(message);
                break;
        }
    }

    private void StoppingReads(object message, Draining draining)
    {
        switch (message)
        {
            case ConnectionProtocol.ReadingStopped stopped:
                draining.Reading.Remove(stopped.Connection);
                EmptyQueue(draining);
                break;
            case PeerEnded ended:
                draining.Reading.Remove(ended.Connection);
                Forget(ended.Connection);
                EmptyQueue(draining);
                break;
            case TimeIsUp:
                draining.Reading.Clear();
                EmptyQueue(draining);
                _queue.Tell(QueueProtocol.Abandon.Instance);
                break;
            default:
                Stopping(message, draining);
                break;
        }
    }

    private void Emptying(object message, Draining draining)
    {
        switch (message)
        {
            case QueueProtocol.Drained drained:
                foreach (var connection in _peers.Connections)
                {
                    connection.Tell(Goodbye);
                }

                var closing = draining with { Unanswered = drained.Abandoned };
                Become(next => Closing(next, closing));
                EndIfClosed(closing);
                break;
            case TimeIsUp:
                _queue.Tell(QueueProtocol.Abandon.Instance);
                break;
            default:
                Stopping(message, draining);
                break;
        }
    }

    private void Closing(object message, Draining draining)
    {
        switch (message)
        {
            case PeerEnded ended:
                Forget(ended.Connection);
                EndIfClosed(draining);
                break;
            default:
                Stopping(message, draining);
                break;
        }
    }

    /// <summary>What is the same in every state on the way out.</summary>
    private void Stopping(object message, Draining draining)
    {
        switch (message)
        {
            case ConnectedPeer late:
                late.Socket.Abort();
                _ = late.Socket.DisposeAsync().AsTask();
                break;
            case DialerProtocol.Opened late:
                Add(late.Connection, name: null);
                late.Connection.Tell(Goodbye);
                break;
            case ComponentProtocol.Drain:
            case ConnectionProtocol.ReadingStopped:
            case QueueProtocol.Drained:
            case TimeIsUp:
                break;
            case Deadline:
                End(draining);
                break;
            default:
                Always(message);
                break;
        }
    }

    private void Always(object message)
    {
        switch (message)
        {
            case PeerEnded ended:
                Forget(ended.Connection);
                break;
            case PartLost lost:
                throw new PartFailedException(lost.Name);
            case ComponentProtocol.Drain drain:
                Drain(drain);
                break;
            case ComponentProtocol.Reconnect when _settings.Mode == ComponentMode.Client:
                _dialerActor.Forward(message);
                break;
            case ComponentProtocol.Reconnect:
                Sender.Tell(new ComponentProtocol.Reconnecting(Started: false, "dials nobody: it is in server mode"));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static IActorRef Part(Props props, string name)
    {
        var part = Context.ActorOf(props, name);
        return Context.WatchWith(part, new PartLost(name));
    }

    private void StartListening()
    {
        var self = Self;
        var authenticator = PeerAuthenticator.Create(_settings.Auth, Environment.GetEnvironmentVariable, _services.Loggers);
        var failures = new FailureThrottle(_settings.Auth.MaxFailuresPerMinute);
        _endpoint = new PeerEndpoint(
            _settings.Server, _settings.Connection, authenticator, failures, _metrics, peer => self.Tell(peer), _services.Loggers);
        _ = _services.Listeners.OpenAsync(_settings.Server, _endpoint).PipeTo(Self, success: address => new Bound(address), failure: e => new NotBound(e));
        Become(Starting);
    }

    private void StartDialling()
    {
        if (_settings.Client.Tls.InsecureSkipVerify)
        {
            _log.Warning("{Component} takes any certificate for its server's, so anyone on the way can pose as it: client.tls.insecure_skip_verify", _settings.Name);
        }

        _dialer = new WebSocketDialer(_settings, _services.DialledName(_settings.Name), _services.Loggers, Environment.GetEnvironmentVariable);
        _dialerActor = Part(
            DialerActor.Props(_settings.Name, _settings.Client, _dialer.DialAsync, peer => Connection(peer), _metrics, _health, Random.Shared), "dialer");
        Context.Parent.Tell(new ComponentProtocol.Ready(_settings.Name, _settings.Client.Servers[0]));
        Become(Running);
    }

    private Props Connection(ConnectedPeer peer) => ConnectionActor.Props(
        peer,
        _settings.Connection,
        _settings.Server.ReadBufferSize,
        _settings.Server.WriteBufferSize,
        _settings.Mode == ComponentMode.Client ? _settings.Client.KeepAliveMessageInterval : TimeSpan.Zero,
        _queue,
        _metrics);

    private void Accept(ConnectedPeer peer)
    {
        var connection = Context.ActorOf(Connection(peer), ComponentStrategy.ConnectionName + (_accepted + 1));
        _log.Debug("{Component}: {Peer} has connected from {Address}", _settings.Name, peer.Identity, peer.Socket.RemoteAddress);
        Add(connection, peer.Lasting ? peer.Identity : null);
    }

    private void Add(IActorRef connection, string? name)
    {
        _accepted++;
        _metrics.ConnectionsTotal.Inc();
        Context.WatchWith(connection, new PeerEnded(connection));
        if (_peers.Add(connection, name) is { } superseded)
        {
            _log.Info("{Component}: {Peer} has connected again, its oldest connection is closed", _settings.Name, name);
            superseded.Tell(Superseded);
        }

        ReportConnections();
    }

    private void Forget(IActorRef connection)
    {
        _peers.Remove(connection);
        ReportConnections();
    }

    private void ReportConnections()
    {
        _metrics.ConnectionsActive.Set(_peers.Count);
        _health.Tell(new HealthProtocol.Connections(_settings.Name, _peers.Count, _accepted));
    }

    private void Drain(ComponentProtocol.Drain drain)
    {
        if (_endpoint is { } endpoint)
        {
            endpoint.Draining = true;
        }

        _dialerActor.Tell(DialerProtocol.Stop.Instance);
        _health.Tell(new HealthProtocol.Draining(_settings.Name));
        Timers.StartSingleTimer(nameof(TimeIsUp), TimeIsUp.Instance, drain.Timeout * PublishingShare);
        Timers.StartSingleTimer(nameof(Deadline), Deadline.Instance, drain.Timeout);
        var draining = new Draining(Sender, [.. _peers.Connections], 0);
        Become(next => StoppingReads(next, draining));
        foreach (var connection in _peers.Connections)
        {
            connection.Tell(ConnectionProtocol.StopReading.Instance);
        }

        EmptyQueue(draining);
    }

    private void EmptyQueue(Draining draining)
    {
        if (draining.Reading.Count == 0)
        {
            Become(next => Emptying(next, draining));
            _queue.Tell(QueueProtocol.Drain.Instance);
        }
    }

    private void EndIfClosed(Draining draining)
    {
        if (_peers.Count == 0)
        {
            End(draining);
        }
    }

    private void End(Draining draining)
    {
        draining.Asker.Tell(new ComponentProtocol.Drained(draining.Unanswered));
        Context.Stop(Self);
    }

    /// <param name="Asker">Who is told when it is done.</param>
    /// <param name="Reading">Connections that may still bring something.</param>
    /// <param name="Unanswered">Messages that could not be published in time.</param>
    private sealed record Draining(IActorRef Asker, HashSet<IActorRef> Reading, int Unanswered);

    private sealed record Bound(string Address) : INoSerializationVerificationNeeded;

    private sealed record NotBound(Exception Error) : INoSerializationVerificationNeeded;

    private sealed record PeerEnded(IActorRef Connection) : INoSerializationVerificationNeeded;

    private sealed record PartLost(string Name) : INoSerializationVerificationNeeded;

    private sealed class TimeIsUp : INoSerializationVerificationNeeded
    {
        public static readonly TimeIsUp Instance = new();
    }

    private sealed class Deadline : INoSerializationVerificationNeeded
    {
        public static readonly Deadline Instance = new();
    }
}
