using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sockets;

/// <summary>An open WebSocket, accepted or dialled, that waits for its connection actor, which disposes it.</summary>
internal sealed record ConnectedPeer(IPeerSocket Socket, PeerName Name) : INoSerializationVerificationNeeded
{
    /// <summary>What is counted of the connection.</summary>
    public PeerMeter Meter { get; } = new(Name.Identity, Socket.RemoteAddress);
}
