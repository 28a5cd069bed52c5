using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>The part of a queue actor that outlives its restarts. Made by its parent, used by one instance at a time.</summary>
internal sealed class QueueState(BoundedQueue held)
{
    public BoundedQueue Held { get; } = held;

    /// <summary>Arrived messages that wait for room: the rest of one batch each, oldest first. Bounded by the pumps' credit.</summary>
    public LinkedList<MessageRange> Arrived { get; } = new();

    public List<MessageRange> Dropped { get; } = [];

    /// <summary>Decided answers that are not sent yet, in this order.</summary>
    public Queue<OwedAnswer> Owed { get; } = new();

    /// <summary>True when the metrics include the first of the <see cref="Owed"/>.</summary>
    public bool IsOwedCounted { get; set; }

    public HashSet<IActorRef> Connections { get; } = [];

    public SlowSignal Slow { get; } = new();

    public IActorRef? Publisher { get; set; }

    public long Lease { get; set; }

    public int Demand { get; set; }

    public long NextSequence { get; set; }

    public IActorRef? Drainer { get; set; }
}

internal readonly record struct OwedAnswer(MessageRange Range, NackReason? Reason, string Error);
