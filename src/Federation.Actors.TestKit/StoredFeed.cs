using Akka.Actor;

namespace Federation.Actors.TestKit;

/// <summary>Gives out a stream's messages until it is disposed.</summary>
internal sealed class StoredFeed(StoredInput stream, StoredPlace place, IActorRef delivery) : IAsyncDisposable
{
    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        stream.Close(place, delivery);
        return default;
    }
}
