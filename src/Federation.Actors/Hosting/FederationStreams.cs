using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using Federation.Actors.Egress;
using Federation.Actors.Publishing;

namespace Federation.Actors.Hosting;

/// <summary>Ports of type <c>local</c> as Akka.Streams: received messages as sources, messages to peers as sinks.</summary>
/// <remarks>
/// A component without a running source holds its messages, as one whose NATS is away does. A stream that is slow is waited for: the
/// component's queue fills, and then does what <c>on_full</c> says. Several running sources divide the messages as the port's
/// <c>consumers</c> says. Delivery is at least once: messages that were not answered when a stream ended come again.
/// </remarks>
public static class FederationStreams
{
    /// <summary>The messages of a component; each is acked to its peer when the stream takes it.</summary>
    /// <param name="system">The node's actor system.</param>
    /// <param name="component">Name of a component whose data port is of type <c>local</c>. One that does not exist never sends anything.</param>
    public static Source<ReceivedMessage, NotUsed> FederationSource(this ActorSystem system, string component) =>
        FederationSourceWithAck(system, component).AsSource().Select(static taken =>
        {
            taken.Item2.Ack();
            return taken.Item1;
        });

    /// <summary>The messages of a component, each with the means to answer it as its context. The peer waits until it is used.</summary>
    /// <param name="system">The node's actor system.</param>
    /// <param name="component">Name of a component whose data port is of type <c>local</c>. One that does not exist never sends anything.</param>
    public static SourceWithContext<ReceivedMessage, ReceivedAck, NotUsed> FederationSourceWithAck(this ActorSystem system, string component)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(component);
        var port = LocalPorts.Of(system)[component];
        var deliveries = Source.Lazily(() =>
        {
            var consumer = port.Attach();
            return ChannelSource.FromReader(consumer.Deliveries.Reader)
                .Where(static delivery => delivery.IsWanted)
                .Select(delivery => (delivery.Message, consumer.Take(delivery)))
                .WatchTermination((none, ended) =>
                {
                    _ = ended.ContinueWith(_ => port.Detach(consumer), TaskScheduler.Default);
                    return none;
                });
        }).MapMaterializedValue(static _ => NotUsed.Instance);
        return SourceWithContext.FromTuples<ReceivedMessage, ReceivedAck, NotUsed>(deliveries);
    }

    /// <summary>Sends to the peers of a component.</summary>
    /// <param name="system">The node's actor system.</param>
    /// <param name="component">
    /// Name of a component with an input of type <c>local</c>. While there is none, 1024 messages are taken and then the stream is held back.
    /// </param>
    /// <remarks>
    /// The stream is held back when messages come faster than the component takes them in, not by a slow peer: for each peer the component
    /// holds <c>egress.queue_size</c> messages and then drops the oldest, counted as <c>slow_peer</c>. What is held is in memory only.
    /// </remarks>
    public static Sink<OutgoingMessage, NotUsed> FederationSink(this ActorSystem system, string component)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(component);
        return ChannelSink.FromWriter(LocalInputs.Of(system)[component].Writer, isOwner: false);
    }
}
