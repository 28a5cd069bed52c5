using System.Net.WebSockets;
using Akka.Actor;

namespace Federation.Actors.Tests.Sockets;

/// <summary>What a fake socket tells its observer was done to it.</summary>
internal static class SocketEvents
{
    /// <summary>One write to the network.</summary>
    public sealed record Written(IReadOnlyList<string> Texts) : INoSerializationVerificationNeeded;

    /// <summary>The close frame was sent.</summary>
    public sealed record Closed(WebSocketCloseStatus Status, string Description) : INoSerializationVerificationNeeded;

    /// <summary>The connection was cut.</summary>
    public sealed record Aborted : INoSerializationVerificationNeeded;

    /// <summary>The socket was disposed.</summary>
    public sealed record Disposed : INoSerializationVerificationNeeded;
}
