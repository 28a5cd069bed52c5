using Akka.Actor;
using Federation.Actors.Receiving;

namespace Federation.Actors.TestKit;

/// <summary>One connection of a component's publisher to its bus. Thread-safe.</summary>
internal sealed class MemoryBus(TestBus bus) : IMessageBus
{
    private volatile IActorRef _owner = ActorRefs.Nobody;

    /// <inheritdoc />
    public void Start(IActorRef owner)
    {
        _owner = owner;
        bus.Connect(this);
    }

    /// <inheritdoc />
    public ValueTask WriteAsync(PublishGroup group)
    {
        bus.Write(this, group);
        return default;
    }

    /// <inheritdoc />
    public void Abandon() => bus.Disconnect(this);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => default;

    /// <summary>The connection is open.</summary>
    public void Up() => _owner.Tell(new BusProtocol.Up(this, "the bus of the test"), ActorRefs.NoSender);

    /// <summary>The connection is lost, or could not be made.</summary>
    public void Down(string reason) => _owner.Tell(new BusProtocol.Down(this, reason), ActorRefs.NoSender);

    /// <summary>The bus has every group up to this number.</summary>
    public void Confirm(long number) => _owner.Tell(new BusProtocol.Confirmed(this, number), ActorRefs.NoSender);
}
