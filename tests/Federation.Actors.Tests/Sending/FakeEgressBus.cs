using Akka.Actor;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

/// <summary>A bus that gives out what a test says and writes down in a log what it was told.</summary>
internal sealed class FakeEgressBus(IActorRef log) : IEgressBus
{
    /// <summary>What a replay of an input, by name, has; others fail.</summary>
    public Dictionary<string, long> Replays { get; } = new(StringComparer.Ordinal);

    public void Start(IActorRef owner) => log.Tell(new Told("start"));

    public void StopReceiving() => log.Tell(new Told("stop receiving"));

    public IAsyncDisposable Feed(InputPortSettings port, PeerName peer, IActorRef delivery, int window)
    {
        log.Tell(new Told($"feed {port.Name} {peer.Identity}"));
        return new FakeFeed(port.Name, log);
    }

    public Task<(long Available, IAsyncDisposable Feed)> ReplayAsync(
        InputPortSettings port, PeerName peer, ReplayParams from, IActorRef delivery)
    {
        log.Tell(new Told($"replay {port.Name}"));
        return Replays.TryGetValue(port.Name, out var available)
            ? Task.FromResult<(long, IAsyncDisposable)>((available, new FakeFeed($"replay of {port.Name}", log)))
            : Task.FromException<(long, IAsyncDisposable)>(new InvalidOperationException("no stream"));
    }

    public void GiveUp(DeadMessage dead)
    {
        log.Tell(new Told($"dead {dead.Message.Number} {dead.Peer} {dead.Reason} {dead.Sent}"));
        dead.Message.Done();
    }

    public ValueTask DisposeAsync()
    {
        log.Tell(new Told("dispose"));
        return ValueTask.CompletedTask;
    }

    internal sealed record Told(string What);
}
