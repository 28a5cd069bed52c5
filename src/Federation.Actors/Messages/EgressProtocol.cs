using Akka.Actor;

namespace Federation.Actors.Messages;

/// <summary>What the sending side of a component is told and says.</summary>
internal static class EgressProtocol
{
    /// <summary>
    /// The peer on this connection has asked for something that concerns what is sent to it: <c>backpressure</c>, <c>subscribe</c>,
    /// <c>replay</c> or <c>announce</c>. Answered with <see cref="Invoked"/>.
    /// </summary>
    /// <param name="Connection">Whose peer asks.</param>
    /// <param name="Id">The request's id, given back in the answer.</param>
    /// <param name="Method">Which method.</param>
    /// <param name="Parameters">JSON.</param>
    public sealed record Invoke(IActorRef Connection, ReadOnlyMemory<byte> Id, string Method, ReadOnlyMemory<byte> Parameters) : INoSerializationVerificationNeeded;

    /// <summary>The reply to <see cref="Invoke"/>.</summary>
    /// <param name="Asked">What was asked.</param>
    /// <param name="Reply">The reply's payload.</param>
    public sealed record Invoked(Invoke Asked, ReadOnlyMemory<byte> Reply) : INoSerializationVerificationNeeded;
}
