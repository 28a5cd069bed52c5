using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Requests;

/// <summary>What a control bus tells the actor that owns it.</summary>
internal static class ControlProtocol
{
    /// <summary>Someone on the bus asks a peer.</summary>
    /// <param name="Peer">The peer's name.</param>
    /// <param name="ReplyTo">Where the answer goes; null: nowhere.</param>
    /// <param name="Payload">Any bytes.</param>
    public sealed record Asked(string Peer, string? ReplyTo, ReadOnlyMemory<byte> Payload) : INoSerializationVerificationNeeded
    {
        /// <summary>The trace it belongs to, valid; null: none.</summary>
        public string? TraceParent { get; init; }
    }

    /// <summary>Someone on the bus wants the list of peers.</summary>
    /// <param name="ReplyTo">Where the answer goes.</param>
    /// <param name="Payload">Any bytes.</param>
    public sealed record PeersAsked(string ReplyTo, ReadOnlyMemory<byte> Payload) : INoSerializationVerificationNeeded;

    /// <summary>The port does not work, or not all of it. It is tried again.</summary>
    public sealed record Failed(PortFault Fault) : INoSerializationVerificationNeeded;

    /// <summary>The port works again.</summary>
    public sealed record Recovered : INoSerializationVerificationNeeded
    {
        private Recovered()
        {
        }

        /// <summary>The instance.</summary>
        public static Recovered Instance { get; } = new();
    }

    /// <summary>Something that the log should say and nobody needs to act on.</summary>
    public sealed record Notice(string Text) : INoSerializationVerificationNeeded;
}
