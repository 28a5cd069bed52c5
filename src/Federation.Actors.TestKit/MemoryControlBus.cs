using System.Text;
using Akka.Actor;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;

namespace Federation.Actors.TestKit;

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
