using Akka.Actor;

namespace Federation.Actors.Messages;

internal static class ComponentProtocol
{
    /// <summary>To the node: answer with <see cref="NodeReady"/> once every component accepts peers.</summary>
    public sealed class WhenReady : INoSerializationVerificationNeeded
    {
        public static readonly WhenReady Instance = new();
    }

    /// <summary>Component to node: it accepts peers.</summary>
    public sealed record Ready(string Component, string Endpoint) : INoSerializationVerificationNeeded;

    public sealed record NodeReady(IReadOnlyDictionary<string, string> Endpoints) : INoSerializationVerificationNeeded;

    /// <summary>To the node: dial lost connections at once; answered with <see cref="Reconnecting"/>. Component null: all of them,
    /// without an answer.</summary>
    public sealed record Reconnect(string? Component) : INoSerializationVerificationNeeded;

    public sealed record Reconnecting(bool Started, string Text) : INoSerializationVerificationNeeded;

    /// <summary>To the node, and on to the component: list peers by name; answered with <see cref="Peers"/>.</summary>
    /// <param name="Filter">Part of the name or the address; empty: all.</param>
    public sealed record GetPeers(string Component, string Filter, int Offset, int Limit) : INoSerializationVerificationNeeded;

    public sealed record Peers(int Total, int Found, IReadOnlyList<PeerView> Page) : INoSerializationVerificationNeeded;

    /// <summary>To the node, and on to the component: close every connection of a peer; answered with <see
    /// cref="Disconnected"/>.</summary>
    public sealed record Disconnect(string Component, string Peer) : INoSerializationVerificationNeeded;

    public sealed record Disconnected(int Connections) : INoSerializationVerificationNeeded;

    /// <summary>To the node: it is separated from its cluster, whose other nodes dial its servers by now.</summary>
    public sealed class Isolated : INoSerializationVerificationNeeded
    {
        public static readonly Isolated Instance = new();
    }

    /// <summary>To the node or a component: accept no peer, stop reading, publish the queue, send the answers, close every connection;
    /// answer with <see cref="Drained"/> in time.</summary>
    public sealed record Drain(TimeSpan Timeout) : INoSerializationVerificationNeeded;

    /// <summary>The queue is empty and no connection is open.</summary>
    public sealed record Drained(int Unanswered) : INoSerializationVerificationNeeded;
}

/// <summary>One connection of a peer, or an absent peer with queued messages.</summary>
/// <param name="State"><c>connected</c>, <c>slow</c> (a slow signal of either end within 3 s), <c>limited</c> (by a rate), <c>closing</c>
/// or <c>away</c>.</param>
/// <param name="RateIn">Messages per second from the peer, since the last query or since it connected.</param>
/// <param name="RateOut">Messages per second to the peer, likewise.</param>
/// <param name="Sent">Messages to the peer, repeats included.</param>
/// <param name="RateCap">Limit in messages per second; null: none.</param>
/// <param name="Capabilities">The peer's announcement, JSON, or null.</param>
/// <param name="Tags">Of the peers file; null: none.</param>
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
    byte[]? Capabilities,
    IReadOnlyDictionary<string, string>? Tags);
