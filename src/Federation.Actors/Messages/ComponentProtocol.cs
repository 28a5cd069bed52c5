using Akka.Actor;

namespace Federation.Actors.Messages;

/// <summary>What the node tells its components and hears from them.</summary>
internal static class ComponentProtocol
{
    /// <summary>To the node: answer with <see cref="NodeReady"/> once every component accepts peers.</summary>
    public sealed record WhenReady : INoSerializationVerificationNeeded
    {
        private WhenReady()
        {
        }

        /// <summary>The only one.</summary>
        public static WhenReady Instance { get; } = new();
    }

    /// <summary>Component to node: it accepts peers.</summary>
    public sealed record Ready(string Component, string Endpoint) : INoSerializationVerificationNeeded;

    /// <summary>Every component of the node accepts peers.</summary>
    /// <param name="Endpoints">Where, by component name.</param>
    public sealed record NodeReady(IReadOnlyDictionary<string, string> Endpoints) : INoSerializationVerificationNeeded;

    /// <summary>
    /// To the node: dial at once what is not connected; answered with <see cref="Reconnecting"/>. No component named: every one that is
    /// lost, and no answer.
    /// </summary>
    public sealed record Reconnect(string? Component) : INoSerializationVerificationNeeded;

    /// <summary>What became of <see cref="Reconnect"/>.</summary>
    /// <param name="Started">True when a dial has begun.</param>
    /// <param name="Text">What happens, or why nothing does.</param>
    public sealed record Reconnecting(bool Started, string Text) : INoSerializationVerificationNeeded;

    /// <summary>To the node, and on to the component: list peers by name; answered with <see cref="Peers"/>.</summary>
    /// <param name="Component">Whose peers.</param>
    /// <param name="Filter">Part of the name or the address; empty: all.</param>
    /// <param name="Offset">How many to leave out.</param>
    /// <param name="Limit">How many at most.</param>
    public sealed record GetPeers(string Component, string Filter, int Offset, int Limit) : INoSerializationVerificationNeeded;

    /// <summary>What <see cref="GetPeers"/> has found.</summary>
    /// <param name="Total">Connections of the component, and peers that are away and that messages are kept for.</param>
    /// <param name="Found">How many of them match.</param>
    /// <param name="Page">Those asked for; who is away comes last.</param>
    public sealed record Peers(int Total, int Found, IReadOnlyList<PeerView> Page) : INoSerializationVerificationNeeded;

    /// <summary>To the node, and on to the component: close every connection of a peer; answered with <see cref="Disconnected"/>.</summary>
    public sealed record Disconnect(string Component, string Peer) : INoSerializationVerificationNeeded;

    /// <summary>How many connections are being closed.</summary>
    public sealed record Disconnected(int Connections) : INoSerializationVerificationNeeded;

    /// <summary>To the node: its cluster has gone on without it; whom it dials is dialled by another node by now.</summary>
    public sealed record Isolated : INoSerializationVerificationNeeded
    {
        private Isolated()
        {
        }

        /// <summary>The only one.</summary>
        public static Isolated Instance { get; } = new();
    }

    /// <summary>
    /// To the node or a component: accept no one, stop reading, publish what is held, send the answers, close every connection; answer with
    /// <see cref="Drained"/> within the time given.
    /// </summary>
    public sealed record Drain(TimeSpan Timeout) : INoSerializationVerificationNeeded;

    /// <summary>Nothing is held and no connection is open.</summary>
    /// <param name="Unanswered">Messages that were received but could not be published in time; those with an id were nacked.</param>
    public sealed record Drained(int Unanswered) : INoSerializationVerificationNeeded;
}
