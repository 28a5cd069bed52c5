using Akka.Actor;

namespace Federation.Actors.Tests.Supervision;

/// <summary>Throws when told to, and tells a log of each instance that starts.</summary>
internal sealed class Fragile : ReceiveActor
{
    private readonly IActorRef _log;

    public Fragile(IActorRef log)
    {
        _log = log;
        Receive<Exception>(static error => throw error);
    }

    protected override void PreStart() => _log.Tell("started");
}
