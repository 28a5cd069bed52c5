using Akka.Actor;
using Akka.Event;
using Federation.Actors.Protocol;

namespace Federation.Actors.Messages;

/// <summary>Messages to and from a component's queue, beside each <see cref="EnvelopeBatch"/>.</summary>
/// <remarks>They stay in one process: batches hold pooled memory.</remarks>
internal static class QueueProtocol
{
    /// <summary>To the queue: this actor receives slow signals and the answers to its batches; a connection until its <see
    /// cref="ConnectionProtocol.Ended"/>.</summary>
    public sealed record Register(IActorRef Connection) : INoSerializationVerificationNeeded;

    /// <summary>Publisher to queue: the bus accepts messages, and earlier groups are no longer read. Answered with <see cref="Opened"/>.
    /// Groups of an older lease wait again, in their old place.</summary>
    /// <param name="Groups">Groups that the publisher takes before the first is settled; at least 2, so that the bus is never
    /// idle.</param>
    public sealed record Open(int Groups) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Queue to publisher: the groups of this lease follow; those of older leases are void.</summary>
    public sealed record Opened(long Lease, Open Answered) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Queue to publisher: the queue has restarted without its settled groups; open again.</summary>
    public sealed class Reopen : INoSerializationVerificationNeeded
    {
        public static readonly Reopen Instance = new();
    }

    /// <summary>Publisher to queue: the bus is lost, and no group is read any more. Groups in flight wait again.</summary>
    public sealed class Close : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Close Instance = new();
    }

    /// <summary>Queue to publisher: publish these, in this order.</summary>
    /// <param name="Sequence">Number of the group in its lease, from 0.</param>
    public sealed record Publish(long Lease, long Sequence, IReadOnlyList<MessageRange> Ranges)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Publisher to queue: the bus has the group, except for its refusals. In the order of the groups.</summary>
    public sealed record Settled(long Lease, long Sequence, IReadOnlyList<Refusal> Refusals) : INoSerializationVerificationNeeded;

    /// <summary>Queue to connection: these messages are published.</summary>
    public sealed record Acked(MessageRange Range) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Queue to connection: these messages will not be published.</summary>
    public sealed record Nacked(MessageRange Range, NackReason Reason, string Error)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Queue to connection: the peer sends faster than the bus accepts.</summary>
    public sealed record Slow(SlowNotice Notice) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Component to queue: answer with <see cref="Drained"/> once the queue is empty. Only the last sender is
    /// answered.</summary>
    public sealed class Drain : INoSerializationVerificationNeeded
    {
        public static readonly Drain Instance = new();
    }

    /// <summary>Component to queue: the time is up; nack every queued message with <see cref="NackReason.ShuttingDown"/>.</summary>
    public sealed class Abandon : INoSerializationVerificationNeeded
    {
        public static readonly Abandon Instance = new();
    }

    public sealed record Drained(int Abandoned) : INoSerializationVerificationNeeded;
}
