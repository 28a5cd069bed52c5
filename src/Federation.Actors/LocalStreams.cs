using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Federation.Actors.Receiving;

namespace Federation.Actors;

internal static class LocalStreams
{
    private const int MostEvents = 256;

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

    public static Source<FederationEvent, NotUsed> Events(Predicate<FederationEvent> isWanted) =>
        Source.Setup((materializer, _) => Source.ActorRef<FederationEvent>(MostEvents, OverflowStrategy.DropHead)
                .MapMaterializedValue(subscriber => materializer.System.EventStream.Subscribe(subscriber, typeof(FederationEvent)))
                .Where(isWanted))
            .MapMaterializedValue(static _ => NotUsed.Instance);
}
