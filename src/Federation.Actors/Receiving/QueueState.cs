using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>What a queue actor must not lose when it restarts. Made by its parent, used by one instance at a time.</summary>
internal sealed class QueueState(BoundedQueue held)
{
    public BoundedQueue Held { get; } = held;

    /// <summary>
    /// Messages that have arrived and wait for room: the rest of one batch each, oldest first. Bounded by the pumps' credit.
    /// </summary>
    public LinkedList<MessageRange> Arrived { get; } = new();

    /// <summary>Messages that have given way and are not among the <see cref="Owed"/> yet.</summary>
    public List<MessageRange> Dropped { get; } = [];

    /// <summary>Answers that are decided and not told yet, in this order.</summary>
    public Queue<OwedAnswer> Owed { get; } = new();

    /// <summary>True when the first of the <see cref="Owed"/> is in the metrics already.</summary>
    public bool IsOwedCounted { get; set; }

    public HashSet<IActorRef> Connections { get; } = [];

    public SlowSignal Slow { get; } = new();

    public IActorRef? Publisher { get; set; }

    public long Lease { get; set; }

    public int Demand { get; set; }

    public long NextSequence { get; set; }

    public IActorRef? Drainer { get; set; }
}

/// <summary>An answer that a connection has not been told yet.</summary>
internal readonly record struct OwedAnswer(MessageRange Range, NackReason? Reason, string Error);
