using Akka.Actor;
using Akka.Cluster.Sharding;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Supervision;

/// <summary>Stands for a component that the cluster has given to this node, whose settings do not have it. It ends, and is not started again until a node that has it says so.</summary>
internal sealed class UnknownComponentActor(string component) : UntypedActor
{
    /// <summary>How to make one.</summary>
    public static Props Props(string component) => Akka.Actor.Props.Create(() => new UnknownComponentActor(component));

    /// <inheritdoc />
    protected override void PreStart()
    {
        FederationLog.Of(Context, component).Write(
            LogEvents.ComponentUnknown,
            "{Component} is to run on this node, whose configuration has no client of that name: all nodes of a cluster need the same ones; nobody dials it", component);
        Context.Parent.Tell(new Passivate(PoisonPill.Instance));
    }

    /// <summary>Whatever ends the entity ends it at once: there is nothing to drain.</summary>
    protected override void OnReceive(object message) => Context.Stop(Self);
}
