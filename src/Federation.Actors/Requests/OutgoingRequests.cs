using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Requests;

/// <summary>Sends requests to peers and keeps them until their replies. Not thread-safe.</summary>
internal sealed class OutgoingRequests(
    ComponentSettings settings, RequestState state, ComponentMetrics metrics, FederationLog log, Clock clock)
{
    /// <summary>Sends equal parts to every peer that has obeyed so far, and remembers the others.</summary>
    public void Broadcast(RequestProtocol.Broadcast broadcast)
    {
        PeerEntry[] peers = [.. state.Peers.All.Where(static peer => !peer.IsClosing && !peer.IsDeaf)];
        foreach (var peer in peers)
        {
            Ask(peer, peer.Identity, new ControlRequest(broadcast.Method, broadcast.Parameters(peers.Length)),
                timeout: null, ActorRefs.Nobody, traceParent: null, outcome =>
            {
                // One that has obeyed and is late once is to hear of the end of the limit too.
                var obeys = outcome.Code is null && ControlPayload.IsOk(outcome.Reply.Span) == true;
                peer.HasObeyed |= obeys;
                peer.IsDeaf = outcome.Code is null ? !obeys : outcome.Code is RequestErrors.Timeout && !peer.HasObeyed;
                if (peer.IsDeaf)
                {
                    log.Write(LogEvents.MethodUnanswered, "{Component}: {Peer} does not answer {Method}, and gets no further requests "
                        + "for it on this connection", settings.Name, peer.Identity, broadcast.Method);
                }
            });
        }
    }

    public void Ask(PeerEntry? peer, string name, ControlRequest what,
        TimeSpan? timeout, IActorRef caller, string? traceParent, Action<RequestOutcome> complete)
    {
        if (peer is null)
        {
            complete(RequestOutcome.Failed(RequestErrors.UnknownPeer, $"no peer named {name} is connected to {settings.Name}"));
            return;
        }

        if (state.Pending.IsFull(peer.Connection))
        {
            complete(RequestOutcome.Failed(
                RequestErrors.TooManyRequests,
                $"{settings.Bidirectional.MaxConcurrentRequests} requests to {name} are already pending"));
            return;
        }

        var id = state.Pending.NextId();
        var payload = ControlPayload.Request(what.Method, what.Parameters);
        var now = clock.Elapsed;
        var span = RequestSpan.Start(traceParent, settings.Name, name, BuiltInMethods.Label(what.Method));
        state.Pending.Add(new PendingRequest(id, peer.Connection, what.Method, now,
            Deadline(now, timeout ?? settings.Bidirectional.RequestTimeout), caller, complete) { Span = span });
        metrics.RequestsSent(BuiltInMethods.Label(what.Method)).Inc();
        peer.Connection.Tell(new RequestProtocol.Request(id, payload) { TraceParent = RequestSpan.Of(span) ?? traceParent });
    }

    private static TimeSpan Deadline(TimeSpan now, TimeSpan timeout) =>
        timeout < TimeSpan.MaxValue - now ? now + timeout : TimeSpan.MaxValue;
}
