using System.Net.WebSockets;
using Akka.Actor;

namespace Federation.Actors.Sockets;

/// <summary>How a connection ended, as its reading side saw it. Error: why it was lost; null when the other end closed it.</summary>
internal sealed record PumpEnd(WebSocketCloseStatus? Status, string? Error, string Text = "") : INoSerializationVerificationNeeded
{
    /// <summary>The same for people, with the other end as "it".</summary>
    public string Reason => Error
        ?? $"it closed the connection{(Status is { } status ? $" with {(int)status}" : "")}{(Text.Length > 0 ? $" ({Text})" : "")}";
}

/// <summary>The peer has broken a limit; the pump discards whatever else it sends.</summary>
internal sealed record PumpViolation(WebSocketCloseStatus Status, string Description) : INoSerializationVerificationNeeded;
