namespace Federation.Actors.Sockets.Server;

/// <summary>A handshake that has not become a connection, for people.</summary>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="Peer">The name it claimed, made safe; empty when it claimed none.</param>
/// <param name="Reason">One sentence without secrets.</param>
internal sealed record RefusedHandshake(int Status, string Address, string Peer, string Reason);
