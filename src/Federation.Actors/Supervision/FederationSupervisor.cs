using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;

namespace Federation.Actors.Supervision;

/// <summary>The root of a node: one child per component, and the health actor. In a cluster also this node's part of the shard region and
/// of the directory.</summary>
/// <remarks>A failed component restarts at once; its connections close and its peers repeat unanswered messages. After another failure
/// within a minute it restarts after a pause, forever; the node is unhealthy meanwhile, and the other components continue. Other children
/// restart in place. In a cluster a component in client mode is not a child but an entity of the region, and registers here while it runs
/// on this node.</remarks>
internal sealed class FederationSupervisor(FederationSettings settings, NodeServices services) : UntypedActor, IWithTimers
{
    private readonly Dictionary<IActorRef, string> _components = [];
    private readonly Dictionary<string, string> _endpoints = new(StringComparer.Ordinal);
    private readonly List<IActorRef> _waiting = [];
    private NodeServices _services = services;
    private ComponentRestarts _restarts = null!;
    private ClusterLinks _links = null!;
    private IActorRef _health = ActorRefs.Nobody;
    private bool _isDraining;

    // Of the component that has failed last; its end follows.
    private string _failure = "";

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(FederationSettings settings, NodeServices services) =>
        Akka.Actor.Props.Create(() => new FederationSupervisor(settings, services));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        var directive = failure is ActorKilledException ? Directive.Stop : UnrestartableActor.Decide(failure);
        if (directive == Directive.Stop)
        {
            _failure = (failure is ActorInitializationException ? failure.InnerException! : failure).Message;
        }

        return directive;
    });

    protected override void PreStart()
    {
        _restarts = new ComponentRestarts(Self, Timers);
        _links = new ClusterLinks(Context, settings, Timers);
        _health = Context.ActorOf(HealthActor.Props(settings, _services.Metrics), "health");
        if (CertificateFile.Of(settings) is { Count: > 0 } certificates)
        {
            Context.ActorOf(CertificateActor.Props(certificates, _services.Metrics), "certificates");
        }

        if (settings.Cluster.Enabled)
        {
            _links.Join(_health);
            _services = _services with { Cluster = settings.Cluster.Name, Directory = _links.Directory };
        }

        foreach (var component in settings.Components.Where(component => !_links.Has(component.Name)))
        {
            Start(component);
        }
    }

    protected override void PostStop() => FederationLog.End(Context.System);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ComponentProtocol.Ready ready when !_links.Has(ready.Component):
                _endpoints[ready.Component] = ready.Endpoint;
                AnswerWaiting();
                break;
            case ComponentProtocol.WhenReady:
                _waiting.Add(Sender);
                AnswerWaiting();
                break;
            case ComponentProtocol.Drain drain:
                // What fails now is not to open its port again.
                _isDraining = true;
                foreach (var (component, name) in _components)
                {
                    if (!_links.Has(name))
                    {
                        component.Tell(message);
                    }
                }

                _links.Leave(drain.Timeout);
                Drain(Sender, 0);
                break;
            default:
                Always(message);
                break;
        }
    }

    private void Draining(object message, IActorRef asker, int unanswered)
    {
        switch (message)
        {
            case ComponentProtocol.Drained drained:
                Drain(asker, unanswered + drained.Unanswered);
                break;
            case ComponentProtocol.Drain:
                break;
            default:
                Always(message);
                Drain(asker, unanswered);
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
            case ComponentProtocol.Reconnect { Component: { } name }:
                ForwardOr(name, message, static () => new ComponentProtocol.Reconnecting(Started: false, "is not running here"));
                break;
            case ComponentProtocol.GetPeers question:
                ForwardOr(question.Component, question, static () => new ComponentProtocol.Peers(0, 0, []));
                break;
            case ComponentProtocol.Disconnect disconnect:
                ForwardOr(disconnect.Component, disconnect, static () => new ComponentProtocol.Disconnected(0));
                break;
            case RequestProtocol.Call { IsForwarded: false } call when Find(call.Component) is null && _links.Has(call.Component):
                _links.Directory.Forward(call);
                break;
            case RequestProtocol.Call call:
                ForwardOr(call.Component, call,
                    () => RequestOutcome.Failed(RequestErrors.UnknownComponent, $"no component named {call.Component} is running here"));
                break;
            case RequestProtocol.Cancel cancel:
                Find(cancel.Component)?.Forward(cancel);
                _links.Directory.Forward(cancel);
                break;
            case HealthProtocol.GetReport:
            case HealthProtocol.GetState:
                _health.Forward(message);
                break;
            default:
                OnComponent(message);
                break;
        }
    }

    private void OnComponent(object message)
    {
        switch (message)
        {
            case ComponentProtocol.Ready shared when _components.TryAdd(Sender, shared.Component):
                FederationLog.Of(Context, shared.Component).Write(
                    LogEvents.ComponentTaken, "{Component} now runs on this node", shared.Component);
                Context.WatchWith(Sender, new ComponentEnded(Sender));
                break;
            case ComponentProtocol.Drained { Unanswered: > 0 } drained:
                var moved = _components.GetValueOrDefault(Sender) ?? "";
                FederationLog.Of(Context, moved).Write(
                    LogEvents.ComponentMoved, "{Component} has moved with {Unanswered} unanswered messages; their peers resend them",
                    moved, drained.Unanswered);
                break;
            case ComponentProtocol.Ready:
            case ComponentProtocol.Drained:
                break;
            case ComponentEnded ended when _components.Remove(ended.Component, out var gone):
                End(gone);
                break;
            case ComponentRestarts.Due due when !_isDraining:
                Start(settings.Components.First(component => string.Equals(component.Name, due.Component, StringComparison.Ordinal)));
                break;
            case ComponentRestarts.Due:
                break;
            case ComponentRestarts.Stable stable:
                _restarts.Forgive(stable.Component);
                break;
            default:
                var (services, health, self) = (_services, _health, Self);
                if (!_links.Handle(message, component => ComponentSupervisor.Props(component, services, health, self)))
                {
                    Unhandled(message);
                }

                break;
        }
    }

    private void Start(ComponentSettings component)
    {
        var child = Context.ActorOf(ComponentSupervisor.Props(component, _services, _health), component.Name);
        _components[Context.WatchWith(child, new ComponentEnded(child))] = component.Name;
        _restarts.Started(component.Name);
    }

    private void End(string component)
    {
        _endpoints.Remove(component);
        var log = FederationLog.Of(Context, component);
        if (_isDraining || _links.Has(component))
        {
            log.Write(LogEvents.ComponentStopped, "{Component} has stopped", component);
            return;
        }

        var pause = _restarts.Failed(component);
        log.Write(LogEvents.ComponentFailed, "{Component} has failed and restarts in {Pause:0.#} s: {Reason}", component,
            pause.TotalSeconds, _failure);
    }

    private void ForwardOr(string component, object question, Func<object> answer)
    {
        if (Find(component) is { } running)
        {
            running.Forward(question);
        }
        else
        {
            Sender.Tell(answer());
        }
    }

    private IActorRef? Find(string component) =>
        _components.FirstOrDefault(pair => string.Equals(pair.Value, component, StringComparison.Ordinal)).Key;

    /// <summary>A drained component stops; the drain ends with the last one.</summary>
    private void Drain(IActorRef asker, int unanswered)
    {
        if (_components.Count == 0 && !_links.IsOpen)
        {
            asker.Tell(new ComponentProtocol.Drained(unanswered));
            Become(Always);
            return;
        }

        Become(next => Draining(next, asker, unanswered));
    }

    private void AnswerWaiting()
    {
        if (_endpoints.Count < settings.Components.Count - _links.Count)
        {
            return;
        }

        foreach (var asker in _waiting)
        {
            asker.Tell(new ComponentProtocol.NodeReady(new Dictionary<string, string>(_endpoints, StringComparer.Ordinal)));
        }

        _waiting.Clear();
    }

    private sealed record ComponentEnded(IActorRef Component) : INoSerializationVerificationNeeded;
}
