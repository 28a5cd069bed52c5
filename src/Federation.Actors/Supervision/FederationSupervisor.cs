using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.DistributedData;
using Akka.Event;
using Federation.Actors.Clustering;
using Federation.Actors.Diagnostics;
using Federation.Actors.Health;
using Federation.Actors.Messages;
using Federation.Actors.Supervision;

namespace Federation.Actors;

/// <summary>The root of a node: one child per component, and the health actor. In a cluster also this node's part of the shard region and of the directory.</summary>
/// <remarks>
/// A component that fails starts again at once; its connections close and its peers send again what was not answered. One that fails again
/// within a minute is started again after a pause, for ever; the node is unhealthy meanwhile, and the other components go on.
/// <para>In a cluster a component in client mode is no child but an entity of the region, and is known here while it runs on this node.</para>
/// </remarks>
public sealed class FederationSupervisor : UntypedActor
{
    /// <summary>
    /// Between two times that the region is told what is to run. It remembers that; but not what a node has ended that does not know the component, nor
    /// anything when the last node has gone.
    /// </summary>
    private static readonly TimeSpan StartInterval = TimeSpan.FromSeconds(10);

    /// <summary>How much longer than a drain handing over to other nodes may take, for the entities that need all of their time.</summary>
    private static readonly TimeSpan HandOverMargin = TimeSpan.FromSeconds(1);

    private readonly FederationSettings _settings;
    private NodeServices _services;
    private readonly HashSet<string> _shared;
    private readonly ComponentRestarts _restarts = new(Context.System.Scheduler, Context.Self);
    private readonly Dictionary<IActorRef, string> _components = [];
    private readonly Dictionary<string, string> _endpoints = new(StringComparer.Ordinal);
    private readonly List<IActorRef> _waiting = [];
    private IActorRef _health = ActorRefs.Nobody;
    private IActorRef _directory = ActorRefs.Nobody;
    private IActorRef _links = ActorRefs.Nobody;
    private ICancelable? _starting;
    private ICancelable? _overtime;
    private bool _hasLinks;
    private bool _draining;

    // Of the component that has failed last; its end follows.
    private string _failure = "";

    private FederationSupervisor(FederationSettings settings, NodeServices services)
    {
        _shared = settings.Components.Where(settings.IsShared).Select(static component => component.Name).ToHashSet(StringComparer.Ordinal);
        _settings = settings;
        _services = services;
    }

    /// <summary>How to make one.</summary>
    internal static Props Props(FederationSettings settings, NodeServices services) =>
        Akka.Actor.Props.CreateBy(new Producer(settings, services));

    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() =>
        new NodeStrategy(_components.ContainsKey, (component, error) => _failure = error.Message);

    /// <inheritdoc />
    protected override void PreStart()
    {
        _health = Context.ActorOf(HealthActor.Props(_settings, _services.Metrics), "health");
        if (_settings.Cluster.Enabled)
        {
            JoinCluster();
        }

        Start(_settings.Components.Where(component => !_settings.IsShared(component)));
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _starting?.Cancel();
        _overtime?.Cancel();
        FederationLog.End(Context.System);
    }

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ComponentProtocol.Ready ready when !_shared.Contains(ready.Component):
                _endpoints[ready.Component] = ready.Endpoint;
                AnswerWaiting();
                break;
            case ComponentProtocol.WhenReady:
                _waiting.Add(Sender);
                AnswerWaiting();
                break;
            case ComponentProtocol.Drain drain:
                // What fails now is not to open its port again.
                _draining = true;
                foreach (var (component, name) in _components)
                {
                    if (!_shared.Contains(name))
                    {
                        component.Tell(message);
                    }
                }

                LeaveLinks();
                if (_hasLinks)
                {
                    _overtime = Context.System.Scheduler.ScheduleTellOnceCancelable(drain.Timeout + HandOverMargin, Self, TimeIsUp.Instance, Self);
                }

                Drain(new Draining(Sender, 0));
                break;
            default:
                Always(message);
                break;
        }
    }

    private void OnDraining(object message, Draining draining)
    {
        switch (message)
        {
            case ComponentProtocol.Drained drained:
                Drain(draining with { Unanswered = draining.Unanswered + drained.Unanswered });
                break;
            case ComponentProtocol.Drain:
                break;
            case LinksStarted:
                Always(message);
                LeaveLinks();
                break;
            case TimeIsUp:
                // The others cannot be reached, or do not take over.
                _links.Tell(PoisonPill.Instance);
                break;
            default:
                Always(message);
                Drain(draining);
                break;
        }
    }

    private void Always(object message)
    {
        switch (message)
        {
            case ComponentProtocol.Reconnect { Component: null }:
                foreach (var component in _components.Keys)
                {
                    component.Tell(message, ActorRefs.NoSender);
                }

                break;
            case ComponentProtocol.Reconnect { Component: { } name } when Find(name) is { } component:
                component.Forward(message);
                break;
            case ComponentProtocol.Reconnect:
                Sender.Tell(new ComponentProtocol.Reconnecting(Started: false, "is not running here"));
                break;
            case RequestProtocol.Call call when Find(call.Component) is { } component:
                component.Forward(call);
                break;
            case RequestProtocol.Call { IsForwarded: false } call when _shared.Contains(call.Component):
                _directory.Forward(call);
                break;
            case RequestProtocol.Call call:
                Sender.Tell(RequestOutcome.Failed(RequestErrors.UnknownComponent, $"no component named {call.Component} is running here"));
                break;
            case RequestProtocol.Cancel cancel:
                Find(cancel.Component)?.Forward(cancel);
                _directory.Forward(cancel);
                break;
            case ComponentProtocol.Ready shared when _components.TryAdd(Sender, shared.Component):
                FederationLog.Of(Context, shared.Component).Write(LogEvents.ComponentTaken, "{Component} runs on this node now", shared.Component);
                Context.WatchWith(Sender, new ComponentEnded(Sender));
                break;
            case ComponentProtocol.Ready:
                break;
            case ComponentProtocol.Drained { Unanswered: > 0 } drained:
                var moved = _components.GetValueOrDefault(Sender) ?? "";
                FederationLog.Of(Context, moved).Write(LogEvents.ComponentMoved, "{Component} has moved with {Unanswered} messages unanswered; their peers send them again", moved, drained.Unanswered);
                break;
            case ComponentProtocol.Drained:
                break;
            case MemberUp when !_draining && !_hasLinks:
                JoinLinks();
                break;
            case MemberUp:
                break;
            case LinksStarted started:
                _links = Context.WatchWith(started.Region, LinksEnded.Instance);
                if (!_draining)
                {
                    StartLinks();
                }

                break;
            case LinksEnded:
                _links = ActorRefs.Nobody;
                _hasLinks = false;
                _starting?.Cancel();
                break;
            case StartTick:
                StartLinks();
                break;
            case ComponentProtocol.Isolated:
                _starting?.Cancel();
                _links.Tell(PoisonPill.Instance);
                break;
            case Status.Failure failure:
                throw new LinksFailedException(failure.Cause);
            case TimeIsUp:
                break;
            case ComponentProtocol.GetPeers question:
                ForwardOr(question.Component, question, new ComponentProtocol.Peers(0, 0, []));
                break;
            case ComponentProtocol.Disconnect disconnect:
                ForwardOr(disconnect.Component, disconnect, new ComponentProtocol.Disconnected(0));
                break;
            case HealthProtocol.GetReport:
            case HealthProtocol.GetState:
                _health.Forward(message);
                break;
            case ComponentEnded ended when _components.Remove(ended.Component, out var gone):
                End(gone);
                break;
            case ComponentRestarts.Due due:
                Start(_settings.Components.Where(component => !_draining && string.Equals(component.Name, due.Component, StringComparison.Ordinal)));
                break;
            case ComponentRestarts.Stable stable:
                _restarts.Forgive(stable.Component);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Start(IEnumerable<ComponentSettings> components)
    {
        foreach (var component in components)
        {
            var child = Context.ActorOf(ComponentSupervisor.Props(component, _services, _health), component.Name);
            _components[Context.WatchWith(child, new ComponentEnded(child))] = component.Name;
            _restarts.Started(component.Name);
        }
    }

    /// <summary>A component has ended; unless that is how it should be, it starts again.</summary>
    private void End(string component)
    {
        _endpoints.Remove(component);
        if (_draining || _shared.Contains(component))
        {
            FederationLog.Of(Context, component).Write(LogEvents.ComponentStopped, "{Component} has stopped", component);
            return;
        }

        var pause = _restarts.Failed(component);
        FederationLog.Of(Context, component).Write(LogEvents.ComponentFailed, "{Component} has failed and starts again in {Pause:0.#} s: {Reason}", component, pause.TotalSeconds, _failure);
    }

    /// <summary>Lets a component answer, or answers for one that is not running.</summary>
    private void ForwardOr(string component, object question, object answer)
    {
        if (Find(component) is { } running)
        {
            running.Forward(question);
            return;
        }

        Sender.Tell(answer);
    }

    /// <summary>Starts this node's part of what the cluster shares.</summary>
    private void JoinCluster()
    {
        var self = Self;
        Context.ActorOf(IsolationActor.Props(IsolationActor.Patience(Context.System), Clock.System.Time), "isolation");
        _directory = Context.ActorOf(PeerDirectoryActor.Props(DistributedData.Get(Context.System).Replicator, _settings, _health), "directory");
        _services = _services with { Cluster = _settings.Cluster.Name, Directory = _directory };

        // Sharding's serializers are there before another node says anything; its region, when there is one to ask: until then it complains twice a second.
        ClusterSharding.Get(Context.System);
        Cluster.Get(Context.System).RegisterOnMemberUp(() => self.Tell(MemberUp.Instance));
    }

    /// <summary>Starts the region, whose entities are the components that the cluster shares.</summary>
    private void JoinLinks()
    {
        var (self, services, health) = (Self, _services, _health);
        var components = _settings.Components.Where(_settings.IsShared).ToDictionary(static component => component.Name, StringComparer.Ordinal);
        _ = LinkRegion.StartAsync(Context.System, _settings.Cluster, _settings.ShutdownTimeout, name => components.TryGetValue(name, out var component)
                ? ComponentSupervisor.Props(component, services, health, self)
                : UnknownComponentActor.Props(name))
            .PipeTo(Self, success: static region => new LinksStarted(region));
        _hasLinks = true;
        _starting = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(StartInterval, StartInterval, self, StartTick.Instance, self);
    }

    /// <summary>Tells the region what is to run somewhere.</summary>
    private void StartLinks()
    {
        foreach (var component in _shared)
        {
            _links.Tell(new ShardRegion.StartEntity(component), ActorRefs.NoSender);
        }
    }

    /// <summary>
    /// Hands the dialled components to the other nodes, each drained first; or ends them where they stand, if the cluster has gone on without
    /// this node or it has never been in.
    /// </summary>
    private void LeaveLinks()
    {
        _starting?.Cancel();
        if (_hasLinks)
        {
            _links.Tell(Cluster.Get(Context.System).SelfMember.Status is MemberStatus.Up or MemberStatus.WeaklyUp or MemberStatus.Leaving or MemberStatus.Exiting
                ? GracefulShutdown.Instance
                : PoisonPill.Instance);
        }
    }

    private IActorRef? Find(string component) =>
        _components.FirstOrDefault(pair => string.Equals(pair.Value, component, StringComparison.Ordinal)).Key;

    /// <summary>A component that has drained stops; the drain is over when the last one has.</summary>
    private void Drain(Draining draining)
    {
        if (_components.Count == 0 && !_hasLinks)
        {
            draining.Asker.Tell(new ComponentProtocol.Drained(draining.Unanswered));
            Become(Always);
            return;
        }

        Become(next => OnDraining(next, draining));
    }

    private void AnswerWaiting()
    {
        if (_endpoints.Count < _settings.Components.Count - _shared.Count)
        {
            return;
        }

        foreach (var asker in _waiting)
        {
            asker.Tell(new ComponentProtocol.NodeReady(new Dictionary<string, string>(_endpoints, StringComparer.Ordinal)));
        }

        _waiting.Clear();
    }

    /// <summary>Makes the actor, whose constructor is not for the public: an embedder names the type to find it in the registry.</summary>
    private sealed class Producer(FederationSettings settings, NodeServices services) : IIndirectActorProducer
    {
        public Type ActorType => typeof(FederationSupervisor);

        public ActorBase Produce() => new FederationSupervisor(settings, services);

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed record Draining(IActorRef Asker, int Unanswered);

    private sealed class MemberUp : INoSerializationVerificationNeeded
    {
        public static readonly MemberUp Instance = new();
    }

    private sealed record LinksStarted(IActorRef Region) : INoSerializationVerificationNeeded;

    private sealed class LinksEnded : INoSerializationVerificationNeeded
    {
        public static readonly LinksEnded Instance = new();
    }

    private sealed class StartTick : INoSerializationVerificationNeeded
    {
        public static readonly StartTick Instance = new();
    }

    private sealed class TimeIsUp : INoSerializationVerificationNeeded
    {
        public static readonly TimeIsUp Instance = new();
    }

    private sealed record ComponentEnded(IActorRef Component) : INoSerializationVerificationNeeded;
}
