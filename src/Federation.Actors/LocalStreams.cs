using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Federation.Actors.Receiving;

namespace Federation.Actors;

/// <summary>The streams behind <see cref="IFederation"/>.</summary>
internal static class LocalStreams
{
    /// <summary>Events that wait for a slow reader.</summary>
    private const int MostEvents = 256;

    /// <summary>The deliveries of a port; the stream is one of its consumers for as long as it runs.</summary>
    public static SourceWithContext<ReceivedMessage, ReceivedAck, NotUsed> SourceWithAck(LocalPort port)
    {
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

    /// <summary>The events of the actor system that runs the stream.</summary>
    public static Source<FederationEvent, NotUsed> Events(Predicate<FederationEvent> isWanted) =>
        Source.Setup((materializer, _) => Source.ActorRef<FederationEvent>(MostEvents, OverflowStrategy.DropHead)
                .MapMaterializedValue(subscriber => materializer.System.EventStream.Subscribe(subscriber, typeof(FederationEvent)))
                .Where(isWanted))
            .MapMaterializedValue(static _ => NotUsed.Instance);
}
