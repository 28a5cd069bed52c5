using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using Federation.Actors.Publishing;

namespace Federation.Actors.Hosting;

/// <summary>Received messages as Akka.Streams sources: the other end of ports of type <c>local</c>.</summary>
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
}
