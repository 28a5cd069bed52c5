using Federation.Actors.Protocol;
using Federation.Actors.Receiving;

namespace Federation.Actors;

/// <summary>A consumer's answer to one message of a port of type <c>local</c>. The peer gets its answer when every consumer of the
/// message has answered.</summary>
/// <remarks>Thread-safe. Only the first answer of a consumer counts.</remarks>
public sealed class ReceivedAck
{
    private readonly LocalDelivery _delivery;
    private readonly LocalConsumer _consumer;
    private int _answered;

    internal ReceivedAck(LocalDelivery delivery, LocalConsumer consumer)
    {
        _delivery = delivery;
        _consumer = consumer;
    }

    /// <summary>Accepts the message: the peer gets its <c>ack</c>.</summary>
    public void Ack() => Answer(PubAck.Stored);

    /// <summary>Refuses the message: the peer gets a <c>nack</c> with the reason <c>publish_failed</c>.</summary>
    /// <param name="error">One sentence for the peer, without secrets.</param>
    public void Nack(string error)
    {
        ArgumentNullException.ThrowIfNull(error);
        Answer(new PubAck(PubAckOutcome.Refused, error, NackReason.PublishFailed));
    }

    private void Answer(in PubAck answer)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _consumer.Answered();
            _delivery.Answer(answer);
        }
    }
}
