using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.Supervision;

/// <summary>Writes the refused handshakes of a component to the log and makes events of them, of each kind one a second. Thread-safe.</summary>
internal sealed class RefusalReport(string component, FederationLog log, IActorRef health)
{
    /// <summary>Reports one. What the log holds back becomes no event: handshakes can come faster than anybody reads.</summary>
    public void Report(RefusedHandshake refused)
    {
        var what = refused.Status switch
        {
            401 or 429 => LogEvents.CredentialsRefused,
            403 => LogEvents.HandshakeForbidden,
            503 => LogEvents.HandshakeDeferred,
            _ => LogEvents.HandshakeMalformed,
        };
        if (log.Write(
            what, "{Component}: a handshake from {Address}, by name {Peer}, is refused with {Status}: {Reason}",
            component, refused.Address, refused.Peer.Length > 0 ? refused.Peer : "(none)", refused.Status, refused.Reason))
        {
            health.Tell(new HealthProtocol.HandshakeRefused(component, refused.Status, refused.Address, refused.Peer, refused.Reason), ActorRefs.NoSender);
        }
    }
}
