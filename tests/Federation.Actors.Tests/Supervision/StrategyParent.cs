using Akka.Actor;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Supervision;

/// <summary>Supervises whatever it is given by the rules of a component, and answers with its ref.</summary>
internal sealed class StrategyParent : UntypedActor
{
    protected override SupervisorStrategy SupervisorStrategy() => ComponentSupervisor.Strategy();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Add add:
                var child = Context.ActorOf(add.Child, add.Name);
                Sender.Tell(child);
                if (add.Ends is { } ends)
                {
                    Context.WatchWith(child, new Ended(ends));
                }

                break;
            case Ended ended:
                ended.Log.Tell("ended");
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    internal sealed record Add(Props Child, string Name) : INoSerializationVerificationNeeded
    {
        /// <summary>Is notified of the child's end by its parent; null: nobody is.</summary>
        public IActorRef? Ends { get; init; }
    }

    private sealed record Ended(IActorRef Log) : INoSerializationVerificationNeeded;
}
