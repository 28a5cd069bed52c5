using Akka.Actor;
using Akka.Event;
using Federation.Actors.Protocol;

namespace Federation.Actors.Messages;

/// <summary>Messages to and from the sending side of a component.</summary>
/// <remarks>They stay in one process: batches hold pooled memory.</remarks>
internal static class EgressProtocol
{
    /// <summary>Egress to connection, the answer to <see cref="ConnectionProtocol.Opened"/>: <c>Delivery</c> sends to the peer and
    /// receives its answers.</summary>
    public sealed record Attached(IActorRef Delivery, bool WantsFlushed) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Delivery to connection: send these, at least one, in this order. The sender's window ensures that there is
    /// room.</summary>
    public sealed record Send(IReadOnlyList<OutboundMessage> Messages) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Connection to delivery: this many more messages have left the process.</summary>
    public sealed record Flushed(IActorRef Connection, int Count) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Connection to delivery: the batch's controls include acks, nacks or slow signals. The receiver calls <see
    /// cref="EnvelopeBatch.EndControls"/>, also when it fails; until then the connection's pump lacks a credit.</summary>
    public sealed record Answers(EnvelopeBatch Batch) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Connection to delivery: the peer has answered these, in the order in which they were sent.</summary>
    /// <param name="Connection">The connection.</param>
    /// <param name="Messages">At least one.</param>
    /// <param name="Reason">The reason of a nack; null: an ack.</param>
    public sealed record Answered(IActorRef Connection, IReadOnlyList<OutboundMessage> Messages, string? Reason)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>The peer requests <c>backpressure</c>, <c>subscribe</c>, <c>replay</c> or <c>announce</c>. Parameters are JSON. Answered
    /// with <see cref="Invoked"/>.</summary>
    public sealed record Invoke(IActorRef Connection, ReadOnlyMemory<byte> Id, string Method, ReadOnlyMemory<byte> Parameters)
        : INoSerializationVerificationNeeded;

    public sealed record Invoked(Invoke Asked, ReadOnlyMemory<byte> Reply) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: answer with the listed connections, followed by absent peers with queued messages.</summary>
    public sealed record ListAway(ComponentProtocol.GetPeers Question, ComponentProtocol.Peers Listed) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: take no more from the bus, send queued messages to connected peers; answer with <see
    /// cref="Drained"/>.</summary>
    public sealed class Drain : INoSerializationVerificationNeeded
    {
        public static readonly Drain Instance = new();
    }

    public sealed class Drained : INoSerializationVerificationNeeded
    {
        public static readonly Drained Instance = new();
    }
}
