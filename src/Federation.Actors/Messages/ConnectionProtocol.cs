using System.Net.WebSockets;
using Akka.Actor;

namespace Federation.Actors.Messages;

/// <summary>What a component tells its connections.</summary>
internal static class ConnectionProtocol
{
    /// <summary>
    /// Whatever arrives from now on is not taken in and not answered; answers still go out. Answered with <see cref="ReadingStopped"/>.
    /// </summary>
    public sealed record StopReading : INoSerializationVerificationNeeded
    {
        private StopReading()
        {
        }

        /// <summary>The only one.</summary>
        public static StopReading Instance { get; } = new();
    }

    /// <summary>Connection to component: all that it has taken in is with the queue, and nothing more will come.</summary>
    public sealed record ReadingStopped(IActorRef Connection) : INoSerializationVerificationNeeded;

    /// <summary>Send the answers that are due, then the close frame, then end.</summary>
    public sealed record Close(WebSocketCloseStatus Status, string Description) : INoSerializationVerificationNeeded;
}
