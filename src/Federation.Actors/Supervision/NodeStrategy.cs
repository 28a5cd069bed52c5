using Akka.Actor;

namespace Federation.Actors.Supervision;

/// <summary>
/// What a node does with a child that fails: a component stops, and the node starts it again after a pause (<see cref="ComponentRestarts"/>); its
/// other parts hold nothing that a restart could not bring back and restart in place, however often.
/// </summary>
/// <param name="isComponent">Whether a child is a component.</param>
/// <param name="failed">Told of a component's failure.</param>
internal sealed class NodeStrategy(Func<IActorRef, bool> isComponent, Action<IActorRef, Exception> failed) : OneForOneStrategy(static _ => Directive.Restart)
{
    /// <inheritdoc />
    protected override Directive Handle(IActorRef child, Exception exception)
    {
        if (!isComponent(child))
        {
            return base.Handle(child, exception);
        }

        failed(child, exception);
        return Directive.Stop;
    }
}
