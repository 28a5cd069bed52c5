using Akka.Actor;
using Federation.Actors.Messages;

namespace Federation.Actors.Tests.Requests;

/// <summary>Passes every outcome on with a number.</summary>
internal sealed class NumberedCaller : ReceiveActor
{
    public NumberedCaller(int number, IActorRef log) => Receive<RequestOutcome>(outcome => log.Tell((number, outcome)));
}
