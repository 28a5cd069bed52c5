using Akka.Actor;
using Federation.Actors.Telemetry;
using Federation.Actors.Wire;

namespace Federation.Actors.Transport;

/// <summary>An open WebSocket, accepted or dialled, that waits for its connection actor.</summary>
/// <param name="Socket">The open socket; whoever receives this owns it and must dispose it.</param>
/// <param name="Identity">The peer's name, 1 to 64 of <c>A-Za-z0-9_-</c>.</param>
/// <param name="Lasting">True when the name is the peer's own; false for a generated <c>client-n</c> and for a dialled server.</param>
internal sealed record ConnectedPeer(IPeerSocket Socket, string Identity, bool Lasting) : INoSerializationVerificationNeeded
{
    /// <summary>What is counted of the connection.</summary>
    public PeerMeter Meter { get; } = new(Identity, Socket.RemoteAddress);
}
