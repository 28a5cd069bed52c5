using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Security;

namespace Federation.Actors.Sending;

internal static class DeliveryProtocol
{
    /// <summary>The peer has this connection now.</summary>
    public sealed record Attach(IActorRef Connection, PeerName Peer, bool IsSame = false) : INoSerializationVerificationNeeded
    {
        public PeerMeter? Meter { get; init; }

        public bool IsBatching { get; init; }

        /// <summary>Null: the peer may receive everything.</summary>
        public PeerPermissions? Permissions { get; init; }
    }

    public sealed record Detach(IActorRef Connection) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>The credit is returned once the messages are taken in.</summary>
    public sealed record Offer(IReadOnlyList<OutboundMessage> Messages, SharedCredit Credit)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    public sealed record Replay(EgressProtocol.Invoke Asked, ReplayParams From, IReadOnlyList<OutboundMessage> Messages, IActorRef ReplyTo)
        : INoSerializationVerificationNeeded;

    /// <summary>Take in nothing more, send the held messages to a connected peer, then answer with <see cref="Idle"/>.</summary>
    public sealed record Drain : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        private Drain()
        {
        }

        public static Drain Instance { get; } = new();
    }

    /// <summary>The delivery has restarted without its connection and has to be attached again.</summary>
    public sealed record Restarted(IActorRef Delivery) : INoSerializationVerificationNeeded;

    /// <summary>Messages per second; null: no limit.</summary>
    public sealed record RateChanged(IActorRef Delivery, double? Rate) : INoSerializationVerificationNeeded;

    public sealed record Idle(IActorRef Delivery) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>The peer does not return: end.</summary>
    public sealed record Close(string Reason) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
