using System.Net.WebSockets;
using Akka.Actor;

namespace Federation.Actors.Sockets;

/// <summary>How a connection ended, as its reading side saw it.</summary>
/// <param name="Status">The other end's close status; null when it gave none or the connection was lost.</param>
/// <param name="Error">Why it was lost; null when the other end closed it.</param>
/// <param name="Text">The text of the other end's close frame, safe to log; empty when there is none.</param>
internal sealed record PumpEnd(WebSocketCloseStatus? Status, string? Error, string Text = "") : INoSerializationVerificationNeeded
{
    /// <summary>The same for people, with the other end as "it".</summary>
    public string Reason => Error
        ?? $"it closed the connection{(Status is { } status ? $" with {(int)status}" : "")}{(Text.Length > 0 ? $" ({Text})" : "")}";
}
