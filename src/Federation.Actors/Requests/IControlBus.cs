using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Requests;

/// <summary>The control subjects of a component on its message bus. Thread-safe; reconnects by itself. Requests that are lost meanwhile
/// time out.</summary>
internal interface IControlBus : IAsyncDisposable
{
    /// <summary>The largest payload in bytes.</summary>
    int MaxPayload { get; }

    void Start(IActorRef owner);

    /// <summary>The owner has handled one <see cref="ControlProtocol.Asked"/> or <see cref="ControlProtocol.PeersAsked"/>: another may be
    /// sent.</summary>
    void Taken();

    void Offer(string peer);

    void Withdraw(string peer);

    /// <summary>Publishes a request for information, without awaiting an answer.</summary>
    /// <returns>False when the bus is away or busy.</returns>
    bool TryShowRequest(ControlMessage request);

    /// <returns>False when the bus is away or busy.</returns>
    bool TryShowReply(ControlMessage reply);

    /// <returns>False when the bus is away or busy.</returns>
    bool TryAnswer(string replyTo, ReadOnlyMemory<byte> payload);

    Task<ReadOnlyMemory<byte>> RequestAsync(ControlMessage request, TimeSpan timeout);
}

internal static class ControlProtocol
{
    public sealed record Asked(string Peer, string? ReplyTo, ReadOnlyMemory<byte> Payload) : INoSerializationVerificationNeeded
    {
        public string? TraceParent { get; init; }
    }

    public sealed record PeersAsked(string ReplyTo, ReadOnlyMemory<byte> Payload) : INoSerializationVerificationNeeded;

    public sealed record Failed(PortFault Fault) : INoSerializationVerificationNeeded;

    public sealed record Recovered : INoSerializationVerificationNeeded
    {
        private Recovered()
        {
        }

        public static Recovered Instance { get; } = new();
    }

    public sealed record Notice(string Text) : INoSerializationVerificationNeeded;
}

/// <summary>A request or reply of a peer on its way to the bus.</summary>
/// <param name="Method">Null when unknown.</param>
internal sealed record ControlMessage(string Peer, string Id, string? Method, ReadOnlyMemory<byte> Payload)
{
    public string? TraceParent { get; init; }
}
