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

/// <summary>The control subjects of a component. Thread-safe.</summary>
internal sealed class MemoryControlBus(TestBus bus) : IControlBus
{
    private volatile IActorRef _owner = ActorRefs.Nobody;

    /// <inheritdoc />
    public int MaxPayload => 1024 * 1024;

    /// <inheritdoc />
    public void Start(IActorRef owner)
    {
        _owner = owner;
        bus.Connect(this);
    }

    /// <inheritdoc />
    public void Taken()
    {
        // A test asks one at a time.
    }

    /// <inheritdoc />
    public void Offer(string peer) => bus.Offer(peer);

    /// <inheritdoc />
    public void Withdraw(string peer) => bus.Withdraw(peer);

    /// <inheritdoc />
    public bool TryShowRequest(ControlMessage request) => !bus.IsAway;

    /// <inheritdoc />
    public bool TryShowReply(ControlMessage reply) => !bus.IsAway;

    /// <inheritdoc />
    public bool TryAnswer(string replyTo, ReadOnlyMemory<byte> payload) => bus.TryAnswer(replyTo, Encoding.UTF8.GetString(payload.Span));

    /// <inheritdoc />
    public Task<ReadOnlyMemory<byte>> RequestAsync(ControlMessage request, TimeSpan timeout) => Task.FromResult(
        bus.IsAway ? ReplyPayload.Error(RequestErrors.BusUnavailable, "the bus is away")
        : bus.Serve(request.Method ?? "", Encoding.UTF8.GetString(request.Payload.Span)) is { } answer ? ControlPayload.FromService(Encoding.UTF8.GetBytes(answer))
        : ReplyPayload.Error(RequestErrors.UnknownMethod, $"nobody answers {request.Method}"));

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        bus.Disconnect(this);
        return default;
    }

    /// <summary>Someone on the bus asks a peer.</summary>
    public void Ask(string peer, string replyTo, string payload) =>
        _owner.Tell(new ControlProtocol.Asked(peer, replyTo, Encoding.UTF8.GetBytes(payload)), ActorRefs.NoSender);
}

/// <summary>Ports that are not opened: peers come in memory.</summary>
internal sealed class MemoryListeners : IListeners
{
    /// <inheritdoc />
    public Task<string> OpenAsync(ServerSettings server, PeerEndpoint endpoint) => Task.FromResult($"memory:{server.Path}");

    /// <inheritdoc />
    public Task CloseAsync(ServerSettings server, PeerEndpoint endpoint) => Task.CompletedTask;
}
