using Akka.Actor;

namespace Federation.Actors.Tests.Sending;

/// <summary>A feed that tells a log of its end.</summary>
internal sealed class FakeFeed(string name, IActorRef log) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        log.Tell(new FakeEgressBus.Told($"end {name}"));
        return ValueTask.CompletedTask;
    }
}
