using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sockets;

/// <summary>An open WebSocket, accepted or dialled, that waits for its connection actor.</summary>
/// <param name="Socket">The open socket; whoever receives this owns it and must dispose it.</param>
/// <param name="Name">The peer's name. It is lasting unless it is a generated <c>client-n</c> or a dialled server's.</param>
internal sealed record ConnectedPeer(IPeerSocket Socket, PeerName Name) : INoSerializationVerificationNeeded
{
    /// <summary>What is counted of the connection.</summary>
    public PeerMeter Meter { get; } = new(Name.Identity, Socket.RemoteAddress);
}
