using Akka.Actor;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>Takes the node's events from the actor system's event stream to where they are shown.</summary>
internal sealed class EventCollector : UntypedActor
{
    private readonly Action<FederationEvent> _keep;

    public EventCollector(Action<FederationEvent> keep) => _keep = keep;

    /// <summary>How to make one.</summary>
    public static Props Props(Action<FederationEvent> keep) => Akka.Actor.Props.Create(() => new EventCollector(keep));

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        if (message is FederationEvent said)
        {
            _keep(said);
        }
        else
        {
            Unhandled(message);
        }
    }
}
