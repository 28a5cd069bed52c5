using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Messages;

/// <summary>What a client-mode component and its dialer tell each other.</summary>
internal static class DialerProtocol
{
    /// <summary>Dialer to component: this connection is open.</summary>
    public sealed record Opened(IActorRef Connection, PeerMeter Meter) : INoSerializationVerificationNeeded;

    /// <summary>Component to dialer: dial no more. Open connections stay.</summary>
    public sealed record Stop : INoSerializationVerificationNeeded
    {
        private Stop()
        {
        }

        /// <summary>The only one.</summary>
        public static Stop Instance { get; } = new();
    }
}
