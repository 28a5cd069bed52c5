using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>What a queue actor must not lose when it restarts. Made by its parent, used by one instance at a time.</summary>
internal sealed class QueueState(BoundedQueue held)
{
    /// <summary>The messages that are in the queue.</summary>
    public BoundedQueue Held { get; } = held;

    /// <summary>Messages that have arrived and wait for room: the rest of one batch each, oldest first. Bounded by the pumps' credit.</summary>
    public LinkedList<MessageRange> Arrived { get; } = new();

    /// <summary>Messages that have given way and are not among the <see cref="Owed"/> yet.</summary>
    public List<MessageRange> Dropped { get; } = [];

    /// <summary>Answers that are decided and not told yet, in this order.</summary>
    public Queue<OwedAnswer> Owed { get; } = new();

    /// <summary>True when the first of the <see cref="Owed"/> is in the metrics already.</summary>
    public bool IsOwedCounted { get; set; }

    /// <summary>The connections that live.</summary>
    public HashSet<IActorRef> Connections { get; } = [];

    /// <summary>When peers were told to slow down.</summary>
    public SlowSignal Slow { get; } = new();

    /// <summary>Who publishes; null while the bus is away.</summary>
    public IActorRef? Publisher { get; set; }

    /// <summary>The lease in force.</summary>
    public long Lease { get; set; }

    /// <summary>Groups that may still be given out.</summary>
    public int Demand { get; set; }

    /// <summary>Number of the next group.</summary>
    public long NextSequence { get; set; }

    /// <summary>Who waits for the queue to be empty.</summary>
    public IActorRef? Drainer { get; set; }
}
