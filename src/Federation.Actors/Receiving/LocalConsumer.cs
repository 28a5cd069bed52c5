using System.Threading.Channels;

namespace Federation.Actors.Receiving;

/// <summary>One running stream that takes messages from a <see cref="LocalPort"/>.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LocalConsumer(Channel<LocalDelivery> deliveries)
{
    private int _unanswered;

    /// <summary>What comes to it; where consumers share, all have the same.</summary>
    public Channel<LocalDelivery> Deliveries { get; } = deliveries;

    /// <summary>True when it has taken messages that it has not answered.</summary>
    public bool OwesAnswers => Volatile.Read(ref _unanswered) > 0;

    /// <summary>Takes a message, to be answered.</summary>
    public ReceivedAck Take(LocalDelivery delivery)
    {
        Interlocked.Increment(ref _unanswered);
        return new ReceivedAck(delivery, this);
    }

    /// <summary>One of those taken is answered.</summary>
    public void Answered() => Interlocked.Decrement(ref _unanswered);
}
