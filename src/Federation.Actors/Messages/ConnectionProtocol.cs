using System.Net.WebSockets;
using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Security;

namespace Federation.Actors.Messages;

internal static class ConnectionProtocol
{
    /// <summary>Connection to requests and egress, as its first message.</summary>
    public sealed record Opened(IActorRef Connection, PeerName Peer, PeerMeter Meter, bool IsBatching = false)
        : INoSerializationVerificationNeeded
    {
        /// <summary>Null: the peer may do everything.</summary>
        public PeerPermissions? Permissions { get; init; }
    }

    /// <summary>Component to queue, requests, egress, dialer and drain: the connection has ended.</summary>
    /// <remarks>Comes after every message of the connection itself: within a process a message is in its receiver's mailbox when
    /// <c>Tell</c> returns, and the component is notified only once the connection's actor has stopped, also after a failure.</remarks>
    public sealed record Ended(IActorRef Connection, PeerMeter Meter) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Component to connection: discard further messages; answers are still sent. Answered with <see
    /// cref="ReadingStopped"/>.</summary>
    public sealed class StopReading : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly StopReading Instance = new();
    }

    /// <summary>Connection to component: the queue has all its messages, and none follow.</summary>
    public sealed record ReadingStopped(IActorRef Connection) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Component to connection: send the due answers and the close frame, then end.</summary>
    public sealed record Close(WebSocketCloseStatus Status, string Description)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Watch to component: files with credentials have new contents.</summary>
    public sealed class CredentialsChanged : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly CredentialsChanged Instance = new();
    }
}
