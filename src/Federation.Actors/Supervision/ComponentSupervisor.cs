using System.Net.WebSockets;
using Akka.Actor;
using Akka.Event;
using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Requests;
using Federation.Actors.Security;
using Federation.Actors.Sending;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Client;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.Supervision;

/// <summary>One component: its parts, its listener or dialer, and a connection actor for each live socket.</summary>
/// <remarks>
/// <code>
///   Starting --bound, or dialler made--> Running --Drain--> Draining --drained--> (stopped)
/// </code>
/// </remarks>
internal sealed class ComponentSupervisor : UntypedActor
{
    /// <summary>Close status of a connection whose peer has made another one, of the range for applications (RFC 6455 section 7.4.2).</summary>
    private const WebSocketCloseStatus SupersededStatus = (WebSocketCloseStatus)4001;

    /// <summary>Close status of a connection that the operator ends, of the same range; the peer may come back at once.</summary>
    private const WebSocketCloseStatus OperatorStatus = (WebSocketCloseStatus)4002;

    private readonly ComponentSettings _settings;
    private readonly NodeServices _services;
    private readonly IActorRef _health;
    private readonly IActorRef? _node;
    private readonly ComponentMetrics _metrics;
    private readonly FederationLog _log;
    private readonly Clock _clock = Clock.Of(Context.System);
    private readonly PeerRoster _peers;
    private readonly PeerRegistry _registry = new();
    private PeerEndpoint? _endpoint;
    private WebSocketDialer? _dialer;
    private IActorRef _dialerActor = ActorRefs.Nobody;
    private IActorRef _queue = ActorRefs.Nobody;
    private IActorRef _requests = ActorRefs.Nobody;
    private IActorRef _egress = ActorRefs.Nobody;
    private ConnectionSetup _setup = null!;
    private long _accepted;

    /// <inheritdoc cref="Props" />
    public ComponentSupervisor(ComponentSettings settings, NodeServices services, IActorRef health, IActorRef? node)
    {
        _node = node;
        _settings = settings;
        _log = FederationLog.Of(Context, settings.Name);
        _services = services;
        _health = health;
        _metrics = new ComponentMetrics(services.Metrics, settings.Name);
        _peers = new PeerRoster(settings.Server.MaxConnectionsPerPeer);
    }

    /// <summary>How to make one.</summary>
    /// <param name="settings">The component's.</param>
    /// <param name="services">The node's.</param>
    /// <param name="health">Told of every change.</param>
    /// <param name="node">The node's supervisor, of a component that runs once in the cluster and so is no child of it; null: its parent is.</param>
    public static Props Props(ComponentSettings settings, NodeServices services, IActorRef health, IActorRef? node = null) =>
        Akka.Actor.Props.Create(() => new ComponentSupervisor(settings, services, health, node));

    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() => new ComponentStrategy();

    /// <inheritdoc />
    protected override void PreStart()
    {
        _metrics.Restart();
        if (_settings.Ports.Data is { } data)
        {
            StartReceiving(data);
        }

        if (_settings.Ports.Inputs.Count > 0)
        {
            _egress = Part(
                EgressActor.Props(_settings, () => _services.ConnectEgress(_settings), _metrics.Output, _health),
                ComponentStrategy.EgressName);
        }

        if (_settings.Bidirectional.Enabled)
        {
            StartAsking();
        }

        SetUp();
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
            if (_settings.Server.Listen)
            {
                _ = _services.Listeners.CloseAsync(_settings.Server, endpoint);
            }
            else
            {
                _services.Mapped.Close(_settings.Name, endpoint);
            }

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
                _log.Write(LogEvents.Listening, "{Component} listens on {Endpoint}", _settings.Name, bound.Address);
                _health.Tell(new HealthProtocol.Listening(_settings.Name, bound.Address));
                TellNode(new ComponentProtocol.Ready(_settings.Name, bound.Address));
                Become(Running);
                break;
            case NotBound notBound:
                throw new ListenerFailedException(_settings.Server, notBound.Error);
            case ConnectedPeer early: // The port is open a moment before this actor knows.
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
                Add(opened.Connection, opened.Meter, name: null);
                break;
            default:
                Always(message);
                break;
        }
    }

    /// <summary>The drain actor empties the component; when it is done, or out of time, the component ends.</summary>
    private void Draining(object message, IActorRef drain, IActorRef asker)
    {
        switch (message)
        {
            case ComponentProtocol.Drained:
                asker.Tell(message);
                Context.Stop(Self);
                break;
            case ConnectedPeer late:
                late.Socket.Abort();
                _ = late.Socket.DisposeAsync().AsTask();
                break;
            case DialerProtocol.Opened late:
                Add(late.Connection, late.Meter, name: null);
                drain.Tell(late);
                break;
            case ComponentProtocol.Drain:
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
            case Terminated ended:
                Forget(ended.ActorRef);
                break;
            case PartLost lost:
                throw new PartFailedException(lost.Name);
            case ComponentProtocol.Drain drain:
                Drain(drain);
                break;
            case RequestProtocol.Call when _requests.IsNobody():
                Sender.Tell(RequestOutcome.Failed(RequestErrors.NotSupported, $"requests of {_settings.Name} are off: bidirectional.enabled"));
                break;
            case RequestProtocol.Call or RequestProtocol.Cancel:
                _requests.Forward(message);
                break;
            case ComponentProtocol.GetPeers question:
                List(question);
                break;
            case ComponentProtocol.Disconnect disconnect:
                Disconnect(disconnect.Peer);
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

    private void StartReceiving(OutputPortSettings data)
    {
        var backpressure = _settings.Backpressure;
        var policy = backpressure.Enabled ? backpressure.OnFull : OverflowPolicy.Block;
        var state = new QueueState(new BoundedQueue(backpressure.QueueSize, backpressure.QueueBytes, policy));
        _queue = Part(QueueActor.Props(_settings.Name, backpressure, state, _metrics, _health), "queue");
        Part(PublisherActor.Props(_settings.Name, data, () => _services.Connect(_settings), _queue, _metrics, _health), "publisher");
    }

    private void StartAsking()
    {
        var state = RequestState.New(_settings.Bidirectional.MaxConcurrentRequests, _clock.Elapsed, _metrics.Received(EnvelopeType.Data).Value);
        _requests = Part(
            CorrelationActor.Props(_services.NodeId, _settings, state, () => _services.ConnectControl(_settings), _egress, _metrics, _services.Directory, _health), "requests");
        if (_settings.Backpressure.RequestUpstream && !_queue.IsNobody())
        {
            Part(UpstreamActor.Props(_settings.Name, _queue, _requests, _metrics), "upstream");
        }
    }

    private void StartListening()
    {
        var self = Self;
        var authenticator = PeerAuthenticator.Create(_settings.Auth, Environment.GetEnvironmentVariable, _services.Loggers);
        var failures = new FailureThrottle(_settings.Auth.MaxFailuresPerMinute);
        _endpoint = new PeerEndpoint(
            _settings.Server, _settings.Connection, _settings.Auth, authenticator, failures, _metrics, peer => self.Tell(peer), _services.Loggers, unnamed: _services.Unnamed, refused: new RefusalReport(_settings.Name, _log, _health).Report);
        if (_settings.Server.Listen)
        {
            _ = _services.Listeners.OpenAsync(_settings.Server, _endpoint).PipeTo(Self, success: address => new Bound(address), failure: e => new NotBound(e));
        }
        else
        {
            Self.Tell(new Bound(_services.Mapped.Open(_settings.Name, _endpoint)));
        }

        Become(Starting);
    }

    private void StartDialling()
    {
        if (_settings.Client.Tls.InsecureSkipVerify)
        {
            _log.Write(LogEvents.CertificateUnchecked, "{Component} takes any certificate for its server's, so anyone on the way can pose as it: client.tls.insecure_skip_verify", _settings.Name);
        }

        var shared = _node is not null;
        var dialer = new WebSocketDialer(_settings, _services.DialledName(_settings.Name), _services.Loggers, Environment.GetEnvironmentVariable);
        _dialer = dialer;
        Func<Uri, CancellationToken, Task<ConnectedPeer>> dial = _services.Dial is { } other ? (url, cancel) => other(_settings, url, cancel) : (url, cancel) => DialAsync(dialer, shared, url, cancel);
        var setup = _setup;
        _dialerActor = Part(
            DialerActor.Props(_settings.Name, _settings.Client, dial, peer => Connection(setup, peer), _metrics, _health, Random.Shared), "dialer");
        if (_node is not null)
        {
            _services.Directory.Tell(new DirectoryProtocol.Joined(_settings.Name, ""));
        }

        TellNode(new ComponentProtocol.Ready(_settings.Name, _settings.Client.Servers[0]));
        Become(Running);
    }

    private void TellNode(object message) => (_node ?? Context.Parent).Tell(message);

    /// <summary>In a cluster a message that is sent again may come to another node, which knows it by the name of the server.</summary>
    private static async Task<ConnectedPeer> DialAsync(WebSocketDialer dialer, bool lasting, Uri url, CancellationToken cancel)
    {
        var peer = await dialer.DialAsync(url, cancel);
        return peer with { Name = peer.Name with { Lasting = lasting } };
    }

    private void SetUp() => _setup = new ConnectionSetup(_settings.Connection, new ConnectionRoutes(_queue, _requests, _egress), _metrics, _log, _clock)
    {
        ReadBufferSize = _settings.Server.ReadBufferSize,
        Budget = _services.Budget,
        WriteBufferSize = _settings.Server.WriteBufferSize,
        KeepAliveMessageInterval = _settings.Mode == ComponentMode.Client ? _settings.Client.KeepAliveMessageInterval : TimeSpan.Zero,
        Loops = new LoopGuard(_services.NodeId, _services.MaxHops),
    };

    private static Props Connection(ConnectionSetup setup, ConnectedPeer peer) => ConnectionMailbox.Of(ConnectionActor.Props(peer, setup), Context.System);

    private void Accept(ConnectedPeer peer)
    {
        var connection = Context.ActorOf(Connection(_setup, peer), ComponentStrategy.ConnectionName + (_accepted + 1));
        _log.Write(LogEvents.PeerConnected, "{Component}: {Peer} has connected from {Address}", _settings.Name, peer.Name.Identity, peer.Socket.RemoteAddress);
        Add(connection, peer.Meter, peer.Name.Lasting ? peer.Name.Identity : null);
    }

    private void Add(IActorRef connection, PeerMeter meter, string? name)
    {
        _registry.Add(connection, meter, _clock.Elapsed);
        _accepted++;
        _metrics.ConnectionsTotal.Inc();
        Context.Watch(connection);
        if (_peers.Add(connection, name) is { } superseded)
        {
            var older = _registry.Address(superseded);
            const string text = "{Component}: {Peer} has connected again from {Address}, its oldest connection from {Older} is closed";
            _log.Write(LogEvents.PeerSuperseded, text, _settings.Name, name, meter.Address, older);
            _health.Tell(new HealthProtocol.PeerSuperseded(_settings.Name, name!, meter.Address, older));
            superseded.Tell(new ConnectionProtocol.Close(SupersededStatus, $"superseded by a connection from {meter.Address}"));
        }

        _health.Tell(new HealthProtocol.PeerOpened(_settings.Name, meter.Identity, meter.Address));
        ReportConnections();
    }

    private void Forget(IActorRef connection)
    {
        _peers.Remove(connection);
        if (_registry.Remove(connection, out var meter))
        {
            _health.Tell(new HealthProtocol.PeerClosed(_settings.Name, meter.Identity, meter.Address, meter.End ?? "its connection failed"));
        }

        ReportConnections();
    }

    private void List(ComponentProtocol.GetPeers question)
    {
        var listed = _registry.List(question, _clock.Now);
        if (_egress.IsNobody())
        {
            Sender.Tell(listed);
        }
        else
        {
            _egress.Forward(new EgressProtocol.ListAway(question, listed));
        }
    }

    private void Disconnect(string peer)
    {
        var connections = _registry.Find(peer);
        foreach (var connection in connections)
        {
            connection.Tell(new ConnectionProtocol.Close(OperatorStatus, "disconnected by the operator"));
        }

        Sender.Tell(new ComponentProtocol.Disconnected(connections.Count));
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
        var asker = _node ?? Sender;
        var emptying = Part(DrainActor.Props(_peers.Connections, _queue, _egress, drain.Timeout), "drain");
        Become(next => Draining(next, emptying, asker));
    }

    private sealed record Bound(string Address) : INoSerializationVerificationNeeded;
    private sealed record NotBound(Exception Error) : INoSerializationVerificationNeeded;

    private sealed record PartLost(string Name) : INoSerializationVerificationNeeded;
}
