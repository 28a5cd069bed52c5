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

    /// <summary>Null: the peer may do everything.</summary>
    public ProfileSettings? Profile { get; init; }

    /// <summary>What the profile permits. Set before the connection's actor starts; null: everything.</summary>
    public PeerPermissions? Permissions { get; init; }

    /// <summary>What is counted of the connection.</summary>
    public PeerMeter Meter { get; } = new(Name.Identity, Socket.RemoteAddress);
}
