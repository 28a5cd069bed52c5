using Akka.Actor;
using Akka.Event;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The streams that feed one delivery on its present connection, and its replay. Used by the delivery's actor only.</summary>
internal sealed class DeliveryFeeds(IEgressBus bus, IReadOnlyList<InputPortSettings> inputs)
{
    private readonly InputPortSettings[] _streams = [.. inputs.Where(static port => port.Type == PortType.Jetstream)];
    private readonly List<IAsyncDisposable> _feeds = [];
    private readonly List<IAsyncDisposable> _replays = [];
    private PeerName? _peer;

    private IEnumerable<InputPortSettings> Ports => _streams.Where(port => _peer is { } peer && (peer.IsOwn || !port.IsPerPeer));

    /// <param name="window">Messages that may be in flight.</param>
    public void Open(PeerName peer, IActorRef delivery, int window)
    {
        _peer = peer;
        foreach (var port in Ports)
        {
            _feeds.Add(bus.Feed(port, peer, delivery, window));
        }
    }

    public void Close()
    {
        Close(_feeds);
        Close(_replays);
    }

    public async Task<Replaying> ReplayAsync(DeliveryProtocol.Replay replay, IActorRef delivery)
    {
        long available = replay.Messages.Count;
        List<IAsyncDisposable> feeds = [];
        try
        {
            foreach (var port in Ports)
            {
                var (count, feed) = await bus.ReplayAsync(port, _peer!, replay.From, delivery);
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

    /// <summary>Ends the replay before: a peer that requests another one has finished with it.</summary>
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

    /// <param name="Error">Null when the replay has begun.</param>
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
