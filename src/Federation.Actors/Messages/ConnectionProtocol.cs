using System.Net.WebSockets;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Messages;

/// <summary>The messages to and about the connections of a component.</summary>
internal static class ConnectionProtocol
{
    /// <summary>Connection to requests and egress, before anything else of it.</summary>
    public sealed record Opened(IActorRef Connection, PeerName Peer, PeerMeter Meter) : INoSerializationVerificationNeeded;

    /// <summary>Component to queue, requests, egress, dialer and drain: the connection has ended.</summary>
    /// <remarks>
    /// It comes after every message of the connection itself: within a process a message is in the mailbox of its receiver when the
    /// sender's
    /// <c>Tell</c> returns, and the component is notified only once the connection's actor has stopped, also when that has failed.
    /// </remarks>
    public sealed record Ended(IActorRef Connection, PeerMeter Meter) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Component to connection: discard whatever arrives from now on; answers still go out. Answered with <see cref="ReadingStopped"/>.
    /// </summary>
    public sealed class StopReading : INoSerializationVerificationNeeded
    {
        public static readonly StopReading Instance = new();
    }

    /// <summary>Connection to component: everything it has taken in is with the queue, and no more will come.</summary>
    public sealed record ReadingStopped(IActorRef Connection) : INoSerializationVerificationNeeded;

    /// <summary>Component to connection: send the answers that are due, then the close frame, then end.</summary>
    public sealed record Close(WebSocketCloseStatus Status, string Description) : INoSerializationVerificationNeeded;
}
