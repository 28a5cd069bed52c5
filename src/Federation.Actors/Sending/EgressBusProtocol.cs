using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>What a bus tells those that send from it.</summary>
internal static class EgressBusProtocol
{
    /// <summary>To the egress actor: messages of an input that nobody stores.</summary>
    /// <param name="Input">Name of the input.</param>
    /// <param name="Messages">In the order of their arrival.</param>
    /// <param name="Credit">Returned by everyone who has taken them in; then more is told.</param>
    public sealed record Received(string Input, IReadOnlyList<OutboundMessage> Messages, SharedCredit Credit) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>To the egress actor: the subscription could not keep up and has lost this many messages.</summary>
    public sealed record Overflowed(int Count) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: a stream's limits have removed messages before they could be sent to a peer.</summary>
    /// <param name="Port">Name of the input.</param>
    /// <param name="Peer">The peer.</param>
    /// <param name="Count">Messages.</param>
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

        /// <summary>The only one.</summary>
        public static Up Instance { get; } = new();
    }

    /// <summary>To the egress actor: the connection is lost; it comes back by itself.</summary>
    public sealed record Down(string Reason) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: an input does not work, for all peers or for one. It is tried again.</summary>
    public sealed record Failed(PortFault Fault) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: a fault is over.</summary>
    /// <param name="Port">Name of the input.</param>
    /// <param name="Peer">The peer that the fault concerned; empty: all.</param>
    public sealed record Recovered(string Port, string Peer) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: what became of dead letters.</summary>
    public sealed record DeadLetters(DeadLetterOutcome Outcome, int Count) : INoSerializationVerificationNeeded;

    /// <summary>To the egress actor: something that the log should say.</summary>
    public sealed record Notice(string Text) : INoSerializationVerificationNeeded;
}
