using System.Net.WebSockets;
using Akka.Actor;

namespace Federation.Actors.Sockets;

/// <summary>How a connection ended for its reading side. <c>Error</c> is null when the other end closed it.</summary>
internal sealed record PumpEnd(WebSocketCloseStatus? Status, string? Error, string Text = "") : INoSerializationVerificationNeeded
{
    public string Reason => Error
        ?? $"it closed the connection{(Status is { } status ? $" with {(int)status}" : "")}{(Text.Length > 0 ? $" ({Text})" : "")}";
}

/// <summary>The peer has broken a limit; the pump discards further bytes.</summary>
internal sealed record PumpViolation(WebSocketCloseStatus Status, string Description) : INoSerializationVerificationNeeded;
