using Akka.Actor;
using Federation.Actors.Clustering;
using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Requests;
using Federation.Actors.Security;
using Federation.Actors.Sending;
using Federation.Actors.Sockets;

namespace Federation.Actors.Supervision;

/// <summary>One component: its parts, its listener or its dialer, and a connection actor for each live socket.</summary>
/// <remarks>
/// <code>
///   Starting --bound, or dialer started--> Running --Drain--> Draining --drained--> (stopped)
/// </code>
/// A failed connection is stopped, since a socket cannot be restarted. So is egress, since its messages to the connections cannot be
/// revoked. Other parts restart in place, up to <see cref="MaxRestarts"/> times in <see cref="RestartPeriod"/>. When a part stops, the
/// component fails.</remarks>
internal sealed class ComponentSupervisor(ComponentSettings settings, NodeServices services, IActorRef health, IActorRef? node)
    : UnrestartableActor
{
    public const int MaxRestarts = 10;

    public static readonly TimeSpan RestartPeriod = TimeSpan.FromMinutes(1);

    private readonly ComponentMetrics _metrics = new(services.Metrics, settings.Name);
    private readonly FederationLog _log = FederationLog.Of(Context, settings.Name);
    private readonly Clock _clock = Clock.Of(Context.System);
    private DenialReports _denials = null!;
    private ComponentConnections _connections = null!;
    private ConnectionSetup _setup = null!;
    private ComponentListener? _listener;
    private ComponentDialer? _dialling;
    private IActorRef _dialer = ActorRefs.Nobody;
    private IActorRef _queue = ActorRefs.Nobody;
    private IActorRef _requests = ActorRefs.Nobody;
    private IActorRef _egress = ActorRefs.Nobody;

    /// <param name="node">The supervisor of the node for a component of the cluster, which is not its child; null: its parent is.</param>
    public static Props Props(ComponentSettings settings, NodeServices services, IActorRef health, IActorRef? node = null) =>
        Akka.Actor.Props.Create(() => new ComponentSupervisor(settings, services, health, node));

    public static SupervisorStrategy Strategy() => new OneForOneStrategy(MaxRestarts, RestartPeriod, Decide);

    protected override SupervisorStrategy SupervisorStrategy() => Strategy();

    protected override void PreStart()
    {
        _metrics.Restart();
        if (settings.Ports.Data is { } data)
        {
            StartReceiving(data);
        }

        if (settings.Ports.Inputs.Count > 0)
        {
            _egress = StartPart(EgressActor.Props(settings, () => services.ConnectEgress(settings), _metrics.Output, health), "egress");
        }

        if (settings.Bidirectional.Enabled)
        {
            StartRequests();
        }

        _denials = new DenialReports(_metrics, _log, health);
        _connections = new ComponentConnections(settings, _metrics, _log, _clock, health, services.Directory, _requests);
        _setup = new ConnectionSetup(settings.Connection, new ConnectionRoutes(_queue, _requests, _egress), _metrics, _log, _clock)
        {
            ReadBufferSize = settings.Server.ReadBufferSize,
            Budget = services.Budget,
            WriteBufferSize = settings.Server.WriteBufferSize,
            KeepAliveMessageInterval = settings.Mode == ComponentMode.Client ? settings.Client.KeepAliveMessageInterval : TimeSpan.Zero,
            Loops = new LoopGuard(services.NodeId, services.MaxHops),
        };
        if (settings.Mode == ComponentMode.Client)
        {
            StartDialling();
        }
        else
        {
            var self = Self;
            _listener = new ComponentListener(settings, services, _metrics, _log, health, peer => self.Tell(peer));
            if (_listener.CredentialFiles is { Count: > 0 } files)
            {
                StartPart(CredentialWatch.Props(settings.Name, files, _metrics, health), "credentials");
            }

            _ = _listener.OpenAsync().PipeTo(Self, success: static address => new Bound(address), failure: static e => new NotBound(e));
        }
    }

    protected override void PostStop()
    {
        health.Tell(new HealthProtocol.Stopped(settings.Name));
        _metrics.ConnectionsActive.Set(0);
        _dialling?.Dispose();
        _listener?.Dispose();
    }

    protected override void OnReceive(object message) => Starting(message);

    private void Starting(object message)
    {
        switch (message)
        {
            case Bound bound:
                _log.Write(LogEvents.Listening, "{Component} listens on {Endpoint}", settings.Name, bound.Address);
                health.Tell(new HealthProtocol.Listening(settings.Name, bound.Address));
                ReportReady(bound.Address);
                break;
            case NotBound notBound:
                throw new ListenerFailedException(settings.Server, notBound.Error);
            default:
                Running(message); // The port is open, and peers connect, a moment before this actor is notified.
                break;
        }
    }

    private void Running(object message)
    {
        switch (message)
        {
            case ConnectedPeer peer:
                Open(peer);
                break;
            case ComponentProtocol.Drain drain:
                Drain(drain);
                break;
            default:
                Always(message);
                break;
        }
    }

    private void Draining(object message, IActorRef drain, IActorRef asker)
    {
        switch (message)
        {
            case ComponentProtocol.Drained:
                asker.Tell(message);
                Context.Stop(Self);
                break;
            case ConnectedPeer late when settings.Mode == ComponentMode.Client:
                drain.Tell(new ConnectionProtocol.Opened(Open(late), late.Name, late.Meter));
                break;
            case ConnectedPeer late:
                late.Socket.Abort();
                _ = late.Socket.DisposeAsync().AsTask();
                break;
            case ConnectionProtocol.Ended:
                Always(message);
                drain.Tell(message);
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
            case ConnectionProtocol.Ended ended:
                _connections.End(ended);
                _queue.Tell(ended);
                _requests.Tell(ended);
                _egress.Tell(ended);
                _dialer.Tell(ended);
                break;
            case ConnectionProtocol.CredentialsChanged:
                _connections.EndRevoked();
                break;
            case PartStopped stopped:
                throw new PartFailedException(stopped.Name);
            case DialerProtocol.Restarted:
                foreach (var connection in _connections.All)
                {
                    Context.Stop(connection);
                }

                break;
            case RequestProtocol.Call when _requests.IsNobody():
                Sender.Tell(RequestOutcome.Failed(RequestErrors.NotSupported,
                    $"requests of {settings.Name} are disabled: bidirectional.enabled"));
                break;
            case RequestProtocol.Call or RequestProtocol.Cancel:
                _requests.Forward(message);
                break;
            case ComponentProtocol.GetPeers question when _egress.IsNobody():
                Sender.Tell(_connections.List(question));
                break;
            case ComponentProtocol.GetPeers question:
                _egress.Forward(new EgressProtocol.ListAway(question, _connections.List(question)));
                break;
            case ComponentProtocol.Disconnect disconnect:
                Sender.Tell(_connections.Disconnect(disconnect.Peer));
                break;
            case ComponentProtocol.Reconnect when settings.Mode == ComponentMode.Client:
                _dialer.Forward(message);
                break;
            case ComponentProtocol.Reconnect:
                Sender.Tell(new ComponentProtocol.Reconnecting(Started: false, "does not dial: it is in server mode"));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static IActorRef StartPart(Props props, string name) => Context.WatchWith(Context.ActorOf(props, name), new PartStopped(name));

    private void StartReceiving(OutputPortSettings data)
    {
        var backpressure = settings.Backpressure;
        var policy = backpressure.Enabled ? backpressure.OnFull : OverflowPolicy.Block;
        var state = new QueueState(new BoundedQueue(backpressure.QueueSize, backpressure.QueueBytes, policy));
        _queue = StartPart(QueueActor.Props(settings.Name, backpressure, state, _metrics, health), "queue");
        StartPart(PublisherActor.Props(settings.Name, data, () => services.Connect(settings), _queue, _metrics, health), "publisher");
    }

    private void StartRequests()
    {
        var received = _metrics.Received(EnvelopeType.Data).Value;
        var state = RequestState.New(settings.Bidirectional.MaxConcurrentRequests, _clock.Elapsed, received);
        _requests = StartPart(
            CorrelationActor.Props(
                services.NodeId, settings, state, () => services.ConnectControl(settings), _egress, _metrics, services.Directory,
                health),
            "requests");
        if (settings.Backpressure.RequestUpstream && !_queue.IsNobody())
        {
            StartPart(UpstreamActor.Props(settings.Name, _queue, _requests, _metrics), "upstream");
        }
    }

    private void StartDialling()
    {
        if (settings.Client.Tls.InsecureSkipVerify)
        {
            _log.Write(
                LogEvents.CertificateUnchecked,
                "{Component} does not verify its server's certificate, so an attacker can impersonate the server: "
                + "client.tls.insecure_skip_verify",
                settings.Name);
        }

        var isShared = node is not null;
        _dialling = new ComponentDialer(settings, services, isShared);
        _dialer = StartPart(DialerActor.Props(settings.Name, settings.Client, _dialling.DialAsync, _metrics, health, Random.Shared),
            "dialer");
        if (isShared)
        {
            services.Directory.Tell(new DirectoryProtocol.Joined(settings.Name, ""));
        }

        ReportReady(settings.Client.Servers[0]);
    }

    private void ReportReady(string endpoint)
    {
        (node ?? Context.Parent).Tell(new ComponentProtocol.Ready(settings.Name, endpoint));
        Become(Running);
    }

    private IActorRef Open(ConnectedPeer peer)
    {
        if (peer.Profile is { } profile)
        {
            peer = peer with { Permissions = new PeerPermissions(profile, peer.Name.Identity, _denials) };
        }

        return _connections.Open(Context, ConnectionMailbox.Of(ConnectionActor.Props(peer, _setup), Context.System), peer);
    }

    private void Drain(ComponentProtocol.Drain drain)
    {
        _listener?.Drain();
        _dialer.Tell(DialerProtocol.Stop.Instance);
        health.Tell(new HealthProtocol.Draining(settings.Name));
        var asker = node ?? Sender;
        var emptying = StartPart(DrainActor.Props(_connections.All, _queue, _egress, drain.Timeout), "drain");
        Become(next => Draining(next, emptying, asker));
    }

    private sealed record Bound(string Address) : INoSerializationVerificationNeeded;

    private sealed record NotBound(Exception Error) : INoSerializationVerificationNeeded;

    private sealed record PartStopped(string Name) : INoSerializationVerificationNeeded;
}

internal sealed class PartFailedException(string part)
    : UnrestartableException($"{part} failed more than {ComponentSupervisor.MaxRestarts} times within "
        + $"{ComponentSupervisor.RestartPeriod.TotalSeconds:0} seconds");
