using Akka.Actor;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Supervision;

/// <summary>Supervises whatever it is given by the rules of a component, and answers with its ref.</summary>
internal sealed class StrategyParent : UntypedActor
{
    protected override SupervisorStrategy SupervisorStrategy() => new ComponentStrategy();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Add add:
                Sender.Tell(Context.ActorOf(add.Child, add.Name));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    internal sealed record Add(Props Child, string Name) : INoSerializationVerificationNeeded;
}
