using System.Diagnostics;
using Akka.Actor;
using Federation.Actors.Messages;

namespace Federation.Actors.Requests;

/// <summary>A request that has been sent to a peer and is not answered.</summary>
/// <param name="Id">Its id on the wire.</param>
/// <param name="Connection">The connection it was sent on.</param>
/// <param name="Method">What was asked.</param>
/// <param name="Sent">When, by the monotonic clock.</param>
/// <param name="Deadline">When it is given up, by the same clock.</param>
/// <param name="Caller">Who asked, so that it can be taken back; nobody when nobody can.</param>
/// <param name="Complete">Called once, by <see cref="End"/>, with the outcome, on the thread of the actor that holds the request.</param>
internal sealed record PendingRequest(
    string Id, IActorRef Connection, string Method, TimeSpan Sent, TimeSpan Deadline, IActorRef Caller, Action<RequestOutcome> Complete)
{
    /// <summary>Its span; null: it is not traced.</summary>
    public Activity? Span { get; init; }

    /// <summary>Ends it.</summary>
    public void End(RequestOutcome outcome)
    {
        RequestSpan.End(Span, outcome.Code);
        Complete(outcome);
    }
}
