using System.Net.WebSockets;
using Akka.Actor;

namespace Federation.Actors.Sockets;

/// <summary>The peer has broken a limit; the pump throws away whatever else it sends.</summary>
/// <param name="Status">What to close with.</param>
/// <param name="Description">The limit, for the close frame.</param>
internal sealed record PumpViolation(WebSocketCloseStatus Status, string Description) : INoSerializationVerificationNeeded;
