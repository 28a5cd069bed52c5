using Akka.Actor;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;

namespace Federation.Actors.TestKit;

/// <summary>Where a component takes what it sends to its peers, from one start of its egress to the next. Thread-safe.</summary>
internal sealed class MemoryEgressBus(TestBus bus) : IEgressBus
{
    private readonly CancellationTokenSource _stop = new();
    private volatile IActorRef _owner = ActorRefs.Nobody;

    /// <summary>Over when nothing more is to be received.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <inheritdoc />
    public void Start(IActorRef owner)
    {
        _owner = owner;
        bus.Connect(this);
    }

    /// <inheritdoc />
    public void StopReceiving()
    {
        bus.Disconnect(this);
        _ = _stop.CancelAsync();
    }

    /// <inheritdoc />
    public IAsyncDisposable Feed(InputPortSettings port, PeerName peer, IActorRef delivery) => bus.Stream(port.Name).Feed(peer, delivery);

    /// <inheritdoc />
    public Task<(long Available, IAsyncDisposable Feed)> ReplayAsync(InputPortSettings port, ReplayParams from, IActorRef delivery) =>
        Task.FromResult(bus.Stream(port.Name).Replay(from, delivery));

    /// <inheritdoc />
    public void GiveUp(DeadMessage dead)
    {
        bus.GiveUp(dead);
        dead.Message.Done();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        StopReceiving();
        return default;
    }

    /// <summary>A message of an input that nobody stores.</summary>
    public void Receive(string input, OutboundMessage message) =>
        _owner.Tell(new EgressBusProtocol.Received(input, [message], new SharedCredit(static () => { })), ActorRefs.NoSender);

    /// <summary>The connection is open.</summary>
    public void Up() => _owner.Tell(EgressBusProtocol.Up.Instance, ActorRefs.NoSender);

    /// <summary>The connection is lost.</summary>
    public void Down(string reason) => _owner.Tell(new EgressBusProtocol.Down(reason), ActorRefs.NoSender);
}
