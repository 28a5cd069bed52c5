using Akka.Actor;
using Federation.Actors.Messages;

namespace Federation.Actors.Tests.Supervision;

/// <summary>Throws when told to, and tells a log of each instance that starts and of each number it gets.</summary>
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

/// <summary>The same, of an actor that does not restart.</summary>
internal sealed class Unrestartable(IActorRef log, bool failsAtStart = false) : UnrestartableActor
{
    protected override void PreStart()
    {
        log.Tell("started");
        if (failsAtStart)
        {
            throw new IOException("cannot start");
        }
    }

    protected override void OnReceive(object message)
    {
        if (message is Exception error)
        {
            throw error;
        }

        for (var n = 0; n < (int)message; n++)
        {
            log.Tell(n);
        }

        throw new IOException("broken pipe");
    }
}
