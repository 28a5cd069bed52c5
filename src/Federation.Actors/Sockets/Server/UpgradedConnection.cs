using System.Net.Sockets;

namespace Federation.Actors.Sockets.Server;

/// <summary>A connection on which a server has agreed to speak WebSocket, without extensions or a subprotocol.</summary>
/// <param name="Stream">What follows the handshake. Disposing it ends the connection.</param>
/// <param name="Tcp">The socket under it, to the server or its proxy.</param>
internal sealed record UpgradedConnection(Stream Stream, Socket Tcp);
