using Akka.Actor;
using Akka.Event;
using Federation.Actors.Protocol;

namespace Federation.Actors.Messages;

/// <summary>What the sending side of a component is told and says.</summary>
/// <remarks>All of it stays in one process: batches hold pooled memory.</remarks>
internal static class EgressProtocol
{
    /// <summary>Egress to connection, the answer to <see cref="ConnectionProtocol.Opened"/>: this actor sends to the peer, and gets what the peer answers.</summary>
    /// <param name="Delivery">Who sends.</param>
    /// <param name="WantsFlushed">Whether it is told <see cref="Flushed"/>.</param>
    public sealed record Attached(IActorRef Delivery, bool WantsFlushed) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Delivery to connection: send these, in this order. There is room for them: whoever sends keeps a window.</summary>
    /// <param name="Messages">At least one.</param>
    public sealed record Send(IReadOnlyList<OutboundMessage> Messages) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Connection to delivery: what it was told to send so far has left the process.</summary>
    /// <param name="Connection">Which connection.</param>
    /// <param name="Count">Messages since the last time.</param>
    public sealed record Flushed(IActorRef Connection, int Count) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>
    /// Connection to delivery: there are acks, nacks or slow signals among the batch's controls. Whoever gets it calls
    /// <see cref="EnvelopeBatch.EndControls"/>, also when it fails; until then the connection's pump lacks a credit.
    /// </summary>
    public sealed record Answers(EnvelopeBatch Batch) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>
    /// The peer on this connection has asked for something that concerns what is sent to it: <c>backpressure</c>, <c>subscribe</c>,
    /// <c>replay</c> or <c>announce</c>. Answered with <see cref="Invoked"/>.
    /// </summary>
    /// <param name="Connection">Whose peer asks.</param>
    /// <param name="Id">The request's id, given back in the answer.</param>
    /// <param name="Method">Which method.</param>
    /// <param name="Parameters">JSON.</param>
    public sealed record Invoke(IActorRef Connection, ReadOnlyMemory<byte> Id, string Method, ReadOnlyMemory<byte> Parameters) : INoSerializationVerificationNeeded;

    /// <summary>The reply to <see cref="Invoke"/>.</summary>
    /// <param name="Asked">What was asked.</param>
    /// <param name="Reply">The reply's payload.</param>
    public sealed record Invoked(Invoke Asked, ReadOnlyMemory<byte> Reply) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: answer with what is listed here and, after it, the peers that are away and that messages are kept for.</summary>
    /// <param name="Question">What was asked.</param>
    /// <param name="Listed">The connections that answer it.</param>
    public sealed record ListAway(ComponentProtocol.GetPeers Question, ComponentProtocol.Peers Listed) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: take nothing more from the bus, send what is held to peers that are there; answer with <see cref="Drained"/>.</summary>
    public sealed record Drain : INoSerializationVerificationNeeded
    {
        private Drain()
        {
        }

        /// <summary>The only one.</summary>
        public static Drain Instance { get; } = new();
    }

    /// <summary>Egress to who drains it: nothing is on its way to a peer that is there.</summary>
    public sealed record Drained : INoSerializationVerificationNeeded
    {
        private Drained()
        {
        }

        /// <summary>The only one.</summary>
        public static Drained Instance { get; } = new();
    }
}
