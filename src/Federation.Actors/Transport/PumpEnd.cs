using System.Net.WebSockets;
using Akka.Actor;

namespace Federation.Actors.Transport;

/// <summary>How a connection ended, as its reading side saw it.</summary>
/// <param name="Status">The other end's close status; null when it gave none or the connection was lost.</param>
/// <param name="Error">Why it was lost; null when the other end closed it.</param>
internal sealed record PumpEnd(WebSocketCloseStatus? Status, string? Error) : INoSerializationVerificationNeeded;
