using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Requests;

/// <summary>
/// The control subjects of a component on its message bus. Thread-safe; reconnects by itself, and what is lost meanwhile times out.
/// </summary>
internal interface IControlBus : IAsyncDisposable
{
    /// <summary>Bytes of a payload at most; what is larger is not to be published.</summary>
    int MaxPayload { get; }

    /// <summary>
    /// Starts connecting in the background; from now on <paramref name="owner"/> is told, in the words of <see cref="ControlProtocol"/>.
    /// </summary>
    void Start(IActorRef owner);

    /// <summary>
    /// The owner has dealt with one <see cref="ControlProtocol.Asked"/> or <see cref="ControlProtocol.PeersAsked"/>: another may be told.
    /// </summary>
    void Taken();

    void Offer(string peer);

    void Withdraw(string peer);

    /// <summary>Shows a request to whom it may interest; nobody is waited for.</summary>
    /// <returns>False when the bus is away or busy and has not taken it.</returns>
    bool TryShowRequest(ControlMessage request);

    /// <returns>False when the bus is away or busy and has not taken it.</returns>
    bool TryShowReply(ControlMessage reply);

    /// <returns>False when the bus is away or busy and has not taken it.</returns>
    bool TryAnswer(string replyTo, ReadOnlyMemory<byte> payload);

    Task<ReadOnlyMemory<byte>> RequestAsync(ControlMessage request, TimeSpan timeout);
}

/// <summary>What a control bus tells the actor that owns it.</summary>
internal static class ControlProtocol
{
    public sealed record Asked(string Peer, string? ReplyTo, ReadOnlyMemory<byte> Payload) : INoSerializationVerificationNeeded
    {
        /// <summary>The trace it belongs to, valid; null: none.</summary>
        public string? TraceParent { get; init; }
    }

    public sealed record PeersAsked(string ReplyTo, ReadOnlyMemory<byte> Payload) : INoSerializationVerificationNeeded;

    /// <summary>The port does not work, or not all of it. It is tried again.</summary>
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
/// <param name="Method">What is or was asked; null when nobody knows.</param>
internal sealed record ControlMessage(string Peer, string Id, string? Method, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The trace it belongs to; null: none.</summary>
    public string? TraceParent { get; init; }
}
