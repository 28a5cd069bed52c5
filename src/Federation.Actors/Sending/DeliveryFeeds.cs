using Akka.Actor;
using Akka.Event;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>
/// The streams that one delivery is fed from on its present connection, and the replay that it is sending. Used by the delivery's actor
/// only.
/// </summary>
internal sealed class DeliveryFeeds(IEgressBus bus, IReadOnlyList<InputPortSettings> inputs)
{
    private readonly InputPortSettings[] _streams = [.. inputs.Where(static port => port.Type == PortType.Jetstream)];
    private readonly List<IAsyncDisposable> _feeds = [];
    private readonly List<IAsyncDisposable> _replays = [];

    public void Open(PeerName peer, IActorRef delivery)
    {
        foreach (var port in _streams)
        {
            _feeds.Add(bus.Feed(port, peer, delivery));
        }
    }

    public void Close()
    {
        Close(_feeds);
        Close(_replays);
    }

    /// <summary>Finds out what the streams have for a replay, and begins it.</summary>
    public async Task<Replaying> ReplayAsync(DeliveryProtocol.Replay replay, IActorRef delivery)
    {
        long available = replay.Messages.Count;
        List<IAsyncDisposable> feeds = [];
        try
        {
            foreach (var port in _streams)
            {
                var (count, feed) = await bus.ReplayAsync(port, replay.From, delivery);
                feeds.Add(feed);
                available += count;
                if (count == 0)
                {
                    await feed.DisposeAsync();
                }
            }

            return new Replaying(replay, available, feeds, null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            foreach (var feed in feeds)
            {
                await feed.DisposeAsync();
            }

            return new Replaying(replay, available, [], e.GetBaseException().Message);
        }
    }

    /// <summary>Keeps the feeds of a replay, which ends the one before it: a peer that asks again is done with the last.</summary>
    public void Keep(Replaying replaying)
    {
        Close(_replays);
        _replays.AddRange(replaying.Feeds);
    }

    private static void Close(List<IAsyncDisposable> feeds)
    {
        foreach (var feed in feeds)
        {
            _ = feed.DisposeAsync().AsTask();
        }

        feeds.Clear();
    }

    /// <param name="Available">Messages in all.</param>
    /// <param name="Error">Why there is no replay; null: there is.</param>
    public sealed record Replaying(DeliveryProtocol.Replay Replay, long Available, IReadOnlyList<IAsyncDisposable> Feeds, string? Error)
        : INoSerializationVerificationNeeded
    {
        public ReadOnlyMemory<byte> Reply =>
            Error is { } error ? ReplyPayload.Error(RequestErrors.BusUnavailable, error) : ReplyPayload.OkObject(json =>
        {
            json.WriteNumber("messages_available"u8, Available);
            json.WriteBoolean("replay_started"u8, Available > 0);
        });
    }
}
