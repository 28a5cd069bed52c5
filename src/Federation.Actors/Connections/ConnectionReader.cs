using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Connections;

/// <summary>Routes the batches of one connection: messages to the queue, requests to the correlation actor, answers to the delivery. Not
/// thread-safe.</summary>
internal sealed class ConnectionReader(ConnectionSetup setup, AnswerWriter writer)
{
    public IActorRef Delivery { get; set; } = ActorRefs.Nobody;

    public int Unsettled { get; private set; }

    /// <summary>Frees the memory of a message that comes too late to be sent or answered.</summary>
    /// <returns>False for any other message.</returns>
    public static bool Discard(object message)
    {
        switch (message)
        {
            case EnvelopeBatch batch:
                // It was on its way from the pump: the queue has not taken it in, so there is nothing to answer.
                batch.Drop();
                return true;
            case QueueProtocol.Acked acked:
                acked.Range.Batch.Release(acked.Range.Count);
                return true;
            case QueueProtocol.Nacked nacked:
                nacked.Range.Batch.Release(nacked.Range.Count);
                return true;
            default:
                return message is QueueProtocol.Slow or RequestProtocol.Request or RequestProtocol.Reply or EgressProtocol.Send;
        }
    }

    public void Settle(QueueProtocol.Acked acked, long now)
    {
        Unsettled -= acked.Range.Count;
        writer.WriteAcks(acked.Range, now);
    }

    public void Settle(QueueProtocol.Nacked nacked, long now)
    {
        Unsettled -= nacked.Range.Count;
        writer.WriteNacks(nacked.Range, nacked.Reason, nacked.Error, now);
    }

    /// <summary>Hands on the peer's answers to records.</summary>
    /// <returns>What is wrong with them; null: nothing.</returns>
    public string? Receive(IReadOnlyList<AnswerRange> answers, SentMessages? sent, IActorRef self)
    {
        foreach (var range in answers)
        {
            if (sent?.Take(range) is not { } messages)
            {
                return $"an answer to the records {range.First} to {range.End - 1}, which are not waiting for an answer";
            }

            setup.Metrics.Received(range.Reason is null ? EnvelopeType.Ack : EnvelopeType.Nack).Inc(messages.Length);
            Delivery.Tell(new EgressProtocol.Answered(self, messages, range.Reason), self);
        }

        return null;
    }

    /// <summary>The caller must not read the batch afterwards.</summary>
    public void Receive(EnvelopeBatch batch, long now)
    {
        writer.WriteControls(batch, now);
        Share(batch);
        if (batch.Count == 0)
        {
            batch.Drop();
            return;
        }

        setup.Metrics.Received(EnvelopeType.Data).Inc(batch.Count);
        if (batch.Answerable < batch.Count)
        {
            setup.Metrics.Errors(ErrorTypes.MissingId).Inc(batch.Count - batch.Answerable);
        }

        if (setup.Routes.Queue.IsNobody())
        {
            batch.ReturnCredit();
            setup.Metrics.Dropped(NackReason.PublishFailed).Inc(batch.Count);
            setup.Metrics.NacksSent(NackReason.PublishFailed).Inc(batch.Answerable);
            writer.WriteNacks(new MessageRange(batch, 0, batch.Count), NackReason.PublishFailed, "this component only sends", now);
            return;
        }

        if (Tracing.IsOn)
        {
            batch.Traces = Trace(batch);
        }

        Unsettled += batch.Count;
        setup.Metrics.InFlight.Inc(batch.Answerable);
        setup.Routes.Queue.Tell(batch);
    }

    /// <summary>An exception in a listener of traces must not lose a message.</summary>
    private BatchTraces? Trace(EnvelopeBatch batch)
    {
        try
        {
            return ReceiveSpans.Of(batch, setup.Metrics.Component);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            setup.Log.WriteFailure(setup.Metrics, $"trace messages from {batch.Peer.Identity}", e);
            return null;
        }
    }

    /// <summary>Counts all readers of the controls before the first one gets the batch: it may finish at once.</summary>
    private void Share(EnvelopeBatch batch)
    {
        var asks = batch.HasRequests && !setup.Routes.Requests.IsNobody();
        var answers = batch.HasAnswers && !Delivery.IsNobody();
        if (asks)
        {
            batch.BeginControls();
        }

        if (answers)
        {
            batch.BeginControls();
            Delivery.Tell(new EgressProtocol.Answers(batch));
        }

        if (asks)
        {
            setup.Routes.Requests.Tell(new RequestProtocol.Arrived(batch));
        }
    }
}
