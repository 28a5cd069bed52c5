using System.Text;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Requests;

/// <summary>Handles a peer's requests, and its replies to requests of this node. Not thread-safe.</summary>
internal sealed class PeerControls(PeerRequests requests, RequestState state, ComponentMetrics metrics, FederationLog log)
{
    public const string Failed = "the node failed to process this request";

    public void Receive(PeerEntry peer, EnvelopeBatch batch, IControlBus? bus, IActorRef self, TimeSpan now)
    {
        foreach (var control in batch.Controls)
        {
            try
            {
                if (control.Type is EnvelopeType.Request or EnvelopeType.Reply && control.Length > peer.Permissions?.MaxLength)
                {
                    Refuse(peer, Text(batch.Id(control)), control);
                }
                else if (control.Type == EnvelopeType.Reply)
                {
                    End(peer, Text(batch.Id(control)), batch.Payload(control), bus, now);
                }
                else if (control.Type == EnvelopeType.Request)
                {
                    requests.Receive(peer, Text(batch.Id(control)), batch.Payload(control),
                        bus, self, now, control.HasTrace ? Text(batch.Trace(control)) : null);
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                log.WriteFailure(metrics, $"process a {EnvelopeTypes.Name(control.Type)} from {peer.Identity}", e);
                if (control is { Type: EnvelopeType.Request, HasId: true })
                {
                    peer.Connection.Tell(
                        new RequestProtocol.Reply(batch.Id(control).ToArray(), ReplyPayload.Error(RequestErrors.InternalError, Failed)));
                }
            }
        }
    }

    /// <summary>Answers a request that is too large for the peer's profile, or ends the request of this node that a reply is
    /// for.</summary>
    private void Refuse(PeerEntry peer, string id, in EnvelopeEntry control)
    {
        var error = peer.Permissions!.TooLarge(control.Length);
        if (control.Type == EnvelopeType.Reply)
        {
            state.Pending.Take(peer.Connection, PendingRequests.Unescape(id))?.End(RequestOutcome.Failed(RequestErrors.TooLarge, error));
        }
        else if (control.HasId)
        {
            peer.Connection.Tell(
                new RequestProtocol.Reply(Encoding.UTF8.GetBytes(id), ReplyPayload.Error(RequestErrors.TooLarge, error)));
        }
    }

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);

    private void End(PeerEntry peer, string id, ReadOnlyMemory<byte> payload, IControlBus? bus, TimeSpan now)
    {
        var request = state.Pending.Take(peer.Connection, PendingRequests.Unescape(id));
        var copy = payload.ToArray();

        // A reply that nobody has requested is not published for a peer whose profile limits what it may call.
        var isShown = request is not null || peer.Permissions is not { LimitsMethods: true };
        if (isShown && bus is not null && !bus.TryShowReply(new ControlMessage(peer.Identity, id, request?.Method, copy)))
        {
            metrics.Errors(ErrorTypes.ControlNotPublished).Inc();
        }

        if (request is null)
        {
            // Too late, or a second time; or never asked.
            metrics.RepliesReceived(state.Pending.IsOurs(PendingRequests.Unescape(id)) ? ReplyStatuses.Late : ReplyStatuses.Unknown).Inc();
            return;
        }

        metrics.RepliesReceived(ControlPayload.IsOk(copy) == false ? ReplyStatuses.Error : ReplyStatuses.Ok).Inc();
        metrics.RequestDuration(BuiltInMethods.Label(request.Method)).Observe(now - request.Sent);
        request.End(RequestOutcome.Replied(copy));
    }
}
