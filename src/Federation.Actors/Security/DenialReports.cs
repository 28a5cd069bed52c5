using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Security;

/// <summary>Counts what the profiles of a component's peers do not permit, and reports it to log and health. Thread-safe.</summary>
internal sealed class DenialReports(ComponentMetrics metrics, FederationLog log, IActorRef health)
{
    public void Count(DenialReason reason) => metrics.Denials(reason).Inc();

    /// <param name="text">One sentence without a full stop.</param>
    /// <returns>False when the log has suppressed it: others have just been reported.</returns>
    public bool TryReport(string peer, string text)
    {
        var isLogged = log.Write(LogEvents.PermissionDenied, "{Component}: {Peer}: {Reason}", metrics.Component, peer, text);
        if (isLogged)
        {
            health.Tell(new HealthProtocol.PermissionDenied(metrics.Component, peer, text), ActorRefs.NoSender);
        }

        return isLogged;
    }
}
