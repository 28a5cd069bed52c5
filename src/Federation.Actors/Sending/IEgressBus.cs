using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The source of the messages that a component sends to its peers. Thread-safe; reconnects by itself.</summary>
internal interface IEgressBus : IAsyncDisposable
{
    void Start(IActorRef owner);

    /// <summary>Unsubscribes from the inputs without a stream.</summary>
    void StopReceiving();

    /// <summary>Delivers a stream's messages for a peer, from the last position on.</summary>
    /// <param name="window">Messages that may be unacked.</param>
    IAsyncDisposable Feed(InputPortSettings port, PeerName peer, IActorRef delivery, int window);

    /// <summary>Delivers a peer's stored messages again, once.</summary>
    Task<(long Available, IAsyncDisposable Feed)> ReplayAsync(
        InputPortSettings port, PeerName peer, ReplayParams from, IActorRef delivery);

    /// <summary>Publishes a dead letter and settles its source. While the bus is away, a stream keeps the message.</summary>
    void GiveUp(DeadMessage dead);
}

internal static class EgressBusProtocol
{
    /// <summary>Messages of an input without a stream.</summary>
    public sealed record Received(string Input, IReadOnlyList<OutboundMessage> Messages, SharedCredit Credit)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    public sealed record Overflowed(int Count) : INoSerializationVerificationNeeded;

    /// <summary>A stream's limits removed messages before they were sent to a peer.</summary>
    /// <param name="IsExact">False: an upper bound, because some may have had subjects outside of the input.</param>
    public sealed record Skipped(string Port, string Peer, long Count, bool IsExact) : INoSerializationVerificationNeeded;

    /// <summary>To a delivery; the stream keeps the message until it is settled.</summary>
    public sealed record Stored(IReadOnlyList<OutboundMessage> Messages) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    public sealed record Up : INoSerializationVerificationNeeded
    {
        private Up()
        {
        }

        public static Up Instance { get; } = new();
    }

    /// <summary>The connection is lost; it is reopened automatically.</summary>
    public sealed record Down(string Reason) : INoSerializationVerificationNeeded;

    public sealed record Failed(PortFault Fault) : INoSerializationVerificationNeeded;

    /// <param name="Peer">The peer of the fault; empty: all peers.</param>
    public sealed record Recovered(string Port, string Peer) : INoSerializationVerificationNeeded;

    public sealed record DeadLetters(DeadLetterOutcome Outcome, int Count) : INoSerializationVerificationNeeded;

    /// <summary>A message is sent with those NATS headers only that could be parsed.</summary>
    public sealed record HeadersUnreadable(string Port, string Reason) : INoSerializationVerificationNeeded;

    public sealed record Notice(string Text) : INoSerializationVerificationNeeded;
}

internal sealed record DeadMessage(OutboundMessage Message, string Peer, string Reason, int Sent);

internal enum DeadLetterOutcome
{
    Confirmed,

    /// <summary>NATS refused the letter, or another one published together with it.</summary>
    Refused,

    /// <summary>NATS was lost before it confirmed the letter, or too many letters wait.</summary>
    Unconfirmed,
}

/// <summary>A credit that is returned once all its holders have returned it. Thread-safe.</summary>
internal sealed class SharedCredit(Action released)
{
    private int _holders = 1;

    /// <summary>Called by a holder only.</summary>
    public void Share() => Interlocked.Increment(ref _holders);

    public void Return()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            released();
        }
    }
}
