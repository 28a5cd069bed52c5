using Akka.Actor;

namespace Federation.Actors.Messages;

/// <summary>The messages between a node, its components and those who ask about them.</summary>
internal static class ComponentProtocol
{
    /// <summary>To the node: answer with <see cref="NodeReady"/> once every component accepts peers.</summary>
    public sealed class WhenReady : INoSerializationVerificationNeeded
    {
        public static readonly WhenReady Instance = new();
    }

    /// <summary>Component to node: it accepts peers.</summary>
    public sealed record Ready(string Component, string Endpoint) : INoSerializationVerificationNeeded;

    /// <param name="Endpoints">Where the components accept peers, by name.</param>
    public sealed record NodeReady(IReadOnlyDictionary<string, string> Endpoints) : INoSerializationVerificationNeeded;

    /// <summary>
    /// To the node: dial at once what is not connected; answered with <see cref="Reconnecting"/>. Component null: every one that is
    /// lost, and no answer.
    /// </summary>
    public sealed record Reconnect(string? Component) : INoSerializationVerificationNeeded;

    /// <param name="Started">True when a dial has begun.</param>
    /// <param name="Text">What happens, or why nothing does.</param>
    public sealed record Reconnecting(bool Started, string Text) : INoSerializationVerificationNeeded;

    /// <summary>To the node, and on to the component: list peers by name; answered with <see cref="Peers"/>.</summary>
    /// <param name="Component">The component that has the peers.</param>
    /// <param name="Filter">Part of the name or the address; empty: all.</param>
    /// <param name="Offset">How many to leave out.</param>
    /// <param name="Limit">The largest page.</param>
    public sealed record GetPeers(string Component, string Filter, int Offset, int Limit) : INoSerializationVerificationNeeded;

    /// <param name="Total">Connections of the component, and absent peers that messages are kept for.</param>
    /// <param name="Found">How many of them match.</param>
    /// <param name="Page">The page; absent peers come last.</param>
    public sealed record Peers(int Total, int Found, IReadOnlyList<PeerView> Page) : INoSerializationVerificationNeeded;

    /// <summary>To the node, and on to the component: close every connection of a peer; answered with <see cref="Disconnected"/>.</summary>
    public sealed record Disconnect(string Component, string Peer) : INoSerializationVerificationNeeded;

    /// <param name="Connections">How many are being closed.</param>
    public sealed record Disconnected(int Connections) : INoSerializationVerificationNeeded;

    /// <summary>To the node: its cluster has gone on without it, and other nodes dial by now what it has dialled.</summary>
    public sealed class Isolated : INoSerializationVerificationNeeded
    {
        public static readonly Isolated Instance = new();
    }

    /// <summary>
    /// To the node or a component: accept no one, stop reading, publish what is queued, send the answers, close every connection; answer
    /// with
    /// <see cref="Drained"/> within the time given.
    /// </summary>
    public sealed record Drain(TimeSpan Timeout) : INoSerializationVerificationNeeded;

    /// <summary>Nothing is queued and no connection is open.</summary>
    /// <param name="Unanswered">Messages that were received but could not be published in time; those with an id were nacked.</param>
    public sealed record Drained(int Unanswered) : INoSerializationVerificationNeeded;
}

/// <summary>One connection of a peer as it is now, or an absent peer that messages are kept for.</summary>
/// <param name="Identity">The peer's name.</param>
/// <param name="Address">Its address, for people; the last one of an absent peer.</param>
/// <param name="Since">When it connected; of an absent peer: when it left.</param>
/// <param name="State">
/// <c>connected</c>, <c>slow</c> (a slow signal went either way within 3 s), <c>limited</c> (held to a rate), <c>closing</c> or
/// <c>away</c>.
/// </param>
/// <param name="RateIn">Messages a second from the peer, since the last look or, at the first, since it connected.</param>
/// <param name="RateOut">Messages a second to the peer, likewise.</param>
/// <param name="Received">Messages from the peer.</param>
/// <param name="Sent">Messages sent to the peer, repeats included.</param>
/// <param name="Lag">Messages that wait for the peer, or are on their way and not acked.</param>
/// <param name="RateCap">Messages a second that the peer is held to; null: any number.</param>
/// <param name="Capabilities">What it has announced, JSON; null: nothing.</param>
internal sealed record PeerView(
    string Identity,
    string Address,
    DateTimeOffset Since,
    string State,
    double RateIn,
    double RateOut,
    long Received,
    long Sent,
    long Lag,
    double? RateCap,
    byte[]? Capabilities);
