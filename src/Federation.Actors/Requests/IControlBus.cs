using Akka.Actor;

namespace Federation.Actors.Requests;

/// <summary>The control subjects of a component on its message bus. Thread-safe; reconnects by itself, and what is lost meanwhile times out.</summary>
internal interface IControlBus : IAsyncDisposable
{
    /// <summary>Bytes of a payload at most; what is larger is not to be published.</summary>
    int MaxPayload { get; }

    /// <summary>Starts connecting in the background; from now on <paramref name="owner"/> is told, in the words of <see cref="ControlProtocol"/>.</summary>
    void Start(IActorRef owner);

    /// <summary>The owner has dealt with one <see cref="ControlProtocol.Asked"/> or <see cref="ControlProtocol.PeersAsked"/>: another may be told.</summary>
    void Taken();

    /// <summary>From now on the bus hears that this peer can be asked here.</summary>
    void Offer(string peer);

    /// <summary>From now on it does not.</summary>
    void Withdraw(string peer);

    /// <summary>Shows a request to whom it may interest; nobody is waited for.</summary>
    /// <returns>False when the bus is away or busy and has not taken it.</returns>
    bool TryShowRequest(ControlMessage request);

    /// <summary>Shows a reply to whom it may interest.</summary>
    /// <returns>False when the bus is away or busy and has not taken it.</returns>
    bool TryShowReply(ControlMessage reply);

    /// <summary>Sends an answer to who has asked.</summary>
    /// <returns>False when the bus is away or busy and has not taken it.</returns>
    bool TryAnswer(string replyTo, ReadOnlyMemory<byte> payload);

    /// <summary>Puts a peer's request to whoever serves it and waits for the first answer.</summary>
    /// <returns>The payload of the reply envelope, an error reply when there is no answer. Never fails.</returns>
    Task<ReadOnlyMemory<byte>> RequestAsync(ControlMessage request, TimeSpan timeout);
}
