using Akka.Actor;
using Federation.Actors.Health;
using Federation.Actors.Messages;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;

namespace Federation.Actors.Supervision;

/// <summary>The root of a node: one child per component, and the health actor.</summary>
/// <remarks>
/// A component that fails starts anew, up to 10 times in a minute; its connections close and its peers send again what was not answered.
/// One that fails more often stays stopped and the node is unhealthy, but the other components go on.
/// </remarks>
public sealed class FederationSupervisor : UntypedActor
{
    private readonly FederationSettings _settings;
    private readonly NodeServices _services;
    private readonly Dictionary<IActorRef, string> _components = [];
    private readonly Dictionary<string, string> _endpoints = new(StringComparer.Ordinal);
    private readonly List<IActorRef> _waiting = [];
    private IActorRef _health = ActorRefs.Nobody;
    private bool _draining;

    private FederationSupervisor(FederationSettings settings, NodeServices services)
    {
        _settings = settings;
        _services = services;
    }

    /// <summary>How to make one.</summary>
    internal static Props Props(FederationSettings settings, NodeServices services) =>
        Akka.Actor.Props.CreateBy(new Producer(settings, services));

    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(ComponentStrategy.MaxRestarts, ComponentStrategy.Period, _ => _draining ? Directive.Stop : Directive.Restart);

    /// <inheritdoc />
    protected override void PreStart()
    {
        _health = Context.ActorOf(HealthActor.Props(_settings, _services.Metrics), "health");
        foreach (var component in _settings.Components)
        {
            var child = Context.ActorOf(ComponentSupervisor.Props(component, _services, _health), component.Name);
            _components[Context.WatchWith(child, new ComponentEnded(child))] = component.Name;
        }
    }

    /// <inheritdoc />
    protected override void PostStop() => FederationLog.End(Context);

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ComponentProtocol.Ready ready:
                _endpoints[ready.Component] = ready.Endpoint;
                AnswerWaiting();
                break;
            case ComponentProtocol.WhenReady:
                _waiting.Add(Sender);
                AnswerWaiting();
                break;
            case ComponentProtocol.Drain:
                // What fails now is not to open its port again.
                _draining = true;
                foreach (var component in _components.Keys)
                {
                    component.Tell(message);
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
            case RequestProtocol.Call call:
                Sender.Tell(RequestOutcome.Failed(RequestErrors.UnknownComponent, $"no component named {call.Component} is running here"));
                break;
            case RequestProtocol.Cancel cancel:
                Find(cancel.Component)?.Forward(cancel);
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
                FederationLog.Of(Context, gone).Write(LogEvents.ComponentStopped, "{Component} has stopped", gone);
                break;
            default:
                Unhandled(message);
                break;
        }
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

    private IActorRef? Find(string component) =>
        _components.FirstOrDefault(pair => string.Equals(pair.Value, component, StringComparison.Ordinal)).Key;

    /// <summary>A component that has drained stops; the drain is over when the last one has.</summary>
    private void Drain(Draining draining)
    {
        if (_components.Count == 0)
        {
            draining.Asker.Tell(new ComponentProtocol.Drained(draining.Unanswered));
            Become(Always);
            return;
        }

        Become(next => OnDraining(next, draining));
    }

    private void AnswerWaiting()
    {
        if (_endpoints.Count < _settings.Components.Count)
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

    private sealed record ComponentEnded(IActorRef Component) : INoSerializationVerificationNeeded;
}
