using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sockets;

internal sealed record ConnectedPeer(IPeerSocket Socket, PeerName Name) : INoSerializationVerificationNeeded
{
    public PeerMeter Meter { get; } = new(Name.Identity, Socket.RemoteAddress);
}
