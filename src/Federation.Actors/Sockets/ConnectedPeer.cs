using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Security;

namespace Federation.Actors.Sockets;

internal sealed record ConnectedPeer(IPeerSocket Socket, PeerName Name) : INoSerializationVerificationNeeded
{
    /// <summary>Whether both ends have agreed on <see cref="BatchFrame.Subprotocol"/>.</summary>
    public bool IsBatching { get; init; }

    /// <summary>Null: none was required.</summary>
    public PeerCredential? Credential { get; init; }

    /// <summary>What is counted of the connection.</summary>
    public PeerMeter Meter { get; } = new(Name.Identity, Socket.RemoteAddress);
}
