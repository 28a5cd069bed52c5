using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>What the egress actor and its deliveries tell each other.</summary>
internal static class DeliveryProtocol
{
    /// <summary>To a delivery: its peer has this connection now.</summary>
    /// <param name="IsSame">Whether it is told again what it has forgotten in a restart; what the peer has asked for still holds.</param>
    public sealed record Attach(IActorRef Connection, PeerName Peer, bool IsSame = false) : INoSerializationVerificationNeeded
    {
        public PeerMeter? Meter { get; init; }
    }

    /// <summary>To a delivery: this connection has ended.</summary>
    public sealed record Detach(IActorRef Connection) : INoSerializationVerificationNeeded;

    /// <summary>To a delivery: send these as well. The credit is returned when they are taken in.</summary>
    public sealed record Offer(IReadOnlyList<OutboundMessage> Messages, SharedCredit Credit)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>To a delivery: its peer has asked for a replay, and this is what is kept outside of streams.</summary>
    public sealed record Replay(EgressProtocol.Invoke Asked, ReplayParams From, IReadOnlyList<OutboundMessage> Messages, IActorRef ReplyTo)
        : INoSerializationVerificationNeeded;

    /// <summary>To a delivery: take in nothing more, send what is held to a peer that is there; answer with <see cref="Idle"/>.</summary>
    public sealed record Drain : INoSerializationVerificationNeeded
    {
        private Drain()
        {
        }

        public static Drain Instance { get; } = new();
    }

    /// <summary>From a delivery: it has restarted and has no connection; it is to be attached again.</summary>
    public sealed record Restarted(IActorRef Delivery) : INoSerializationVerificationNeeded;

    /// <summary>From a delivery: its peer may have so many messages a second now; null: any number.</summary>
    public sealed record RateChanged(IActorRef Delivery, double? Rate) : INoSerializationVerificationNeeded;

    /// <summary>From a delivery: it holds nothing for a peer that is there.</summary>
    public sealed record Idle(IActorRef Delivery) : INoSerializationVerificationNeeded;

    /// <summary>To a delivery: nobody comes back for what it holds; end.</summary>
    public sealed record Close(string Reason) : INoSerializationVerificationNeeded;
}
