using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Connections;

/// <summary>Hands on what one connection has received: messages to the queue, requests and answers to those they are for.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="setup">Who they are, and the component's instruments.</param>
/// <param name="writer">Writes what is answered at once.</param>
internal sealed class ConnectionReader(ConnectionSetup setup, AnswerWriter writer)
{
    /// <summary>Gets what the peer answers to what is sent to it; nobody while nothing is.</summary>
    public IActorRef Delivery { get; set; } = ActorRefs.Nobody;

    /// <summary>Messages that the queue has taken in and not settled.</summary>
    public int Unsettled { get; private set; }

    /// <summary>The queue has settled messages.</summary>
    public void Settle(int count) => Unsettled -= count;

    /// <summary>Counts a batch and hands it on.</summary>
    /// <param name="batch">Nothing of it is read afterwards.</param>
    /// <param name="now">Unix milliseconds.</param>
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

    /// <summary>A trace is nothing that a message may be lost for, and who listens to traces is a guest here.</summary>
    private BatchTraces? Trace(EnvelopeBatch batch)
    {
        try
        {
            return ReceiveSpans.Of(batch, setup.Metrics.Component);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            setup.Log.WriteFailure(setup.Metrics, $"trace messages of {batch.Peer.Identity}", e);
            return null;
        }
    }

    /// <summary>Lets others read the controls. All of them are counted before the first is told, who may be done at once.</summary>
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
