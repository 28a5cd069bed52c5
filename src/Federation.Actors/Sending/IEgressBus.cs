using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Where a component takes what it sends to its peers. Thread-safe; reconnects by itself.</summary>
internal interface IEgressBus : IAsyncDisposable
{
    /// <summary>
    /// Connects in the background and subscribes to the inputs that nobody stores; <paramref name="owner"/> is told, in the words of
    /// <see cref="EgressBusProtocol"/>.
    /// </summary>
    void Start(IActorRef owner);

    /// <summary>Subscribes no longer: nothing more is told of inputs that nobody stores.</summary>
    void StopReceiving();

    /// <summary>Gives out what a stream keeps for a peer, from where it has stopped the last time.</summary>
    IAsyncDisposable Feed(InputPortSettings port, PeerName peer, IActorRef delivery);

    /// <summary>Gives out stored messages again, once.</summary>
    Task<(long Available, IAsyncDisposable Feed)> ReplayAsync(InputPortSettings port, ReplayParams from, IActorRef delivery);

    /// <summary>Publishes what could not be delivered, and lets its source forget it. While the bus is away a stream keeps it.</summary>
    void GiveUp(DeadMessage dead);
}

/// <summary>What a bus tells those that send from it.</summary>
internal static class EgressBusProtocol
{
    /// <summary>To the egress actor: messages of an input that nobody stores.</summary>
    /// <param name="Credit">Returned by everyone who has taken them in; then more is told.</param>
    public sealed record Received(string Input, IReadOnlyList<OutboundMessage> Messages, SharedCredit Credit)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>To the egress actor: the subscription could not keep up and has lost this many messages.</summary>
    public sealed record Overflowed(int Count) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: a stream's limits have removed messages before they could be sent to a peer.</summary>
    /// <param name="IsExact">False: at most so many, some may have had subjects that the input does not take.</param>
    public sealed record Skipped(string Port, string Peer, long Count, bool IsExact) : INoSerializationVerificationNeeded;

    /// <summary>To a delivery: a message that a stream keeps until it is done with.</summary>
    public sealed record Stored(OutboundMessage Message) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>To the egress actor: the connection is open.</summary>
    public sealed record Up : INoSerializationVerificationNeeded
    {
        private Up()
        {
        }

        public static Up Instance { get; } = new();
    }

    /// <summary>To the egress actor: the connection is lost; it comes back by itself.</summary>
    public sealed record Down(string Reason) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: an input does not work, for all peers or for one. It is tried again.</summary>
    public sealed record Failed(PortFault Fault) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: a fault is over.</summary>
    /// <param name="Peer">The peer that the fault concerned; empty: all.</param>
    public sealed record Recovered(string Port, string Peer) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: what became of dead letters.</summary>
    public sealed record DeadLetters(DeadLetterOutcome Outcome, int Count) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: something that the log should say.</summary>
    public sealed record Notice(string Text) : INoSerializationVerificationNeeded;
}

/// <summary>A message that is given up for good.</summary>
internal sealed record DeadMessage(OutboundMessage Message, string Peer, string Reason, int Sent);

/// <summary>What became of a dead letter.</summary>
internal enum DeadLetterOutcome
{
    Confirmed,

    /// <summary>NATS has refused it, or another one that was published together with it.</summary>
    Refused,

    /// <summary>NATS was lost before it confirmed the letter, or too many wait.</summary>
    Unconfirmed,
}

/// <summary>A credit that goes back when all who share it have returned it. Thread-safe.</summary>
internal sealed class SharedCredit(Action released)
{
    private int _holders = 1;

    /// <summary>Counts one more who shares it; called by one who does.</summary>
    public void Share() => Interlocked.Increment(ref _holders);

    public void Return()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            released();
        }
    }
}
