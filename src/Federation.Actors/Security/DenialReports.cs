using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Security;

/// <summary>Counts what the profiles of a component's peers do not permit, and reports it to log and health. Thread-safe.</summary>
internal sealed class DenialReports(ComponentMetrics metrics, FederationLog log, IActorRef health)
{
    public void Count(DenialReason reason) => metrics.Denials(reason).Inc();

    /// <param name="text">One sentence without a full stop.</param>
    public void Report(string peer, string text)
    {
        log.Write(LogEvents.PermissionDenied, "{Component}: {Peer}: {Reason}", metrics.Component, peer, text);
        health.Tell(new HealthProtocol.PermissionDenied(metrics.Component, peer, text), ActorRefs.NoSender);
    }
}
