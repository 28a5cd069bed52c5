using System.Text;
using Akka.Actor;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Requests;
using Federation.Actors.Sending;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.TestKit;

/// <summary>One connection of a component's publisher to its bus. Thread-safe.</summary>
internal sealed class MemoryBus(TestBus bus) : IMessageBus
{
    private volatile IActorRef _owner = ActorRefs.Nobody;

    public void Start(IActorRef owner)
    {
        _owner = owner;
        bus.Connect(this);
    }

    public ValueTask WriteAsync(PublishGroup group)
    {
        bus.Write(this, group);
        return default;
    }

    public void Abandon() => bus.Disconnect(this);

    public ValueTask DisposeAsync() => default;

    public void Up() => _owner.Tell(new BusProtocol.Up(this, "the bus of the test"), ActorRefs.NoSender);

    public void Down(string reason) => _owner.Tell(new BusProtocol.Down(this, reason), ActorRefs.NoSender);

    public void Confirm(long number) => _owner.Tell(new BusProtocol.Confirmed(this, number), ActorRefs.NoSender);
}

/// <summary>A component's source of messages to peers, for one start of its egress. Thread-safe.</summary>
internal sealed class MemoryEgressBus(TestBus bus) : IEgressBus
{
    private readonly CancellationTokenSource _stop = new();
    private volatile IActorRef _owner = ActorRefs.Nobody;

    public CancellationToken Stopped => _stop.Token;

    public void Start(IActorRef owner)
    {
        _owner = owner;
        bus.Connect(this);
    }

    public void StopReceiving()
    {
        bus.Disconnect(this);
        _ = _stop.CancelAsync();
    }

    public IAsyncDisposable Feed(InputPortSettings port, PeerName peer, IActorRef delivery, int window) =>
        bus.Stream(port.Name).Feed(peer, delivery);

    public Task<(long Available, IAsyncDisposable Feed)> ReplayAsync(
        InputPortSettings port, PeerName peer, ReplayParams from, IActorRef delivery) =>
        Task.FromResult(bus.Stream(port.Name).Replay(peer, from, delivery));

    public void GiveUp(DeadMessage dead)
    {
        bus.GiveUp(dead);
        dead.Message.Done();
    }

    public ValueTask DisposeAsync()
    {
        StopReceiving();
        return default;
    }

    public void Receive(string input, OutboundMessage message) =>
        _owner.Tell(new EgressBusProtocol.Received(input, [message], new SharedCredit(static () => { })), ActorRefs.NoSender);

    public void Up() => _owner.Tell(EgressBusProtocol.Up.Instance, ActorRefs.NoSender);

    public void Down(string reason) => _owner.Tell(new EgressBusProtocol.Down(reason), ActorRefs.NoSender);
}

/// <summary>The control subjects of a component. Thread-safe.</summary>
internal sealed class MemoryControlBus(TestBus bus) : IControlBus
{
    private volatile IActorRef _owner = ActorRefs.Nobody;

    public int MaxPayload => 1024 * 1024;

    public void Start(IActorRef owner)
    {
        _owner = owner;
        bus.Connect(this);
    }

    public void Taken()
    {
        // A test asks one at a time.
    }

    public void Offer(string peer) => bus.Offer(peer);

    public void Withdraw(string peer) => bus.Withdraw(peer);

    public bool TryShowRequest(ControlMessage request) => !bus.IsAway;

    public bool TryShowReply(ControlMessage reply) => !bus.IsAway;

    public bool TryAnswer(string replyTo, ReadOnlyMemory<byte> payload) => bus.TryAnswer(replyTo, Encoding.UTF8.GetString(payload.Span));

    public Task<ReadOnlyMemory<byte>> RequestAsync(ControlMessage request, TimeSpan timeout) => Task.FromResult(
        bus.IsAway ? ReplyPayload.Error(RequestErrors.BusUnavailable, "the bus is unavailable")
        : bus.Serve(request.Method ?? "", Encoding.UTF8.GetString(request.Payload.Span)) is { } answer
            ? ControlPayload.FromService(Encoding.UTF8.GetBytes(answer))
        : ReplyPayload.Error(RequestErrors.UnknownMethod, $"no responder for {request.Method}"));

    public ValueTask DisposeAsync()
    {
        bus.Disconnect(this);
        return default;
    }

    public void Ask(string peer, string replyTo, string payload) =>
        _owner.Tell(new ControlProtocol.Asked(peer, replyTo, Encoding.UTF8.GetBytes(payload)), ActorRefs.NoSender);
}

/// <summary>Ports that are not opened: peers connect in memory.</summary>
internal sealed class MemoryListeners : IListeners
{
    public Task<string> OpenAsync(ServerSettings server, PeerEndpoint endpoint) => Task.FromResult($"memory:{server.Path}");

    public Task CloseAsync(ServerSettings server, PeerEndpoint endpoint) => Task.CompletedTask;
}
