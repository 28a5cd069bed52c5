using System.Net.WebSockets;
using Akka.Actor;

namespace Federation.Actors.Messages;

/// <summary>What a component tells its connections.</summary>
internal static class ConnectionProtocol
{
    /// <summary>Whatever arrives from now on is not taken in and not answered; answers still go out.</summary>
    public sealed record StopReading : INoSerializationVerificationNeeded
    {
        private StopReading()
        {
        }

        /// <summary>The only one.</summary>
        public static StopReading Instance { get; } = new();
    }

    /// <summary>Send the answers that are due, then the close frame, then end.</summary>
    public sealed record Close(WebSocketCloseStatus Status, string Description) : INoSerializationVerificationNeeded;
}
