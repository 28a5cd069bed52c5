namespace Federation.Actors.Messages;

/// <summary>One connection of a peer as it is now, or a peer that is away and that messages are kept for.</summary>
/// <param name="Identity">The peer's name.</param>
/// <param name="Address">Where it is, for people; of one that is away: where it was.</param>
/// <param name="Since">When it connected; of one that is away: when it went.</param>
/// <param name="State"><c>connected</c>, <c>slow</c> (either end has told the other so within 3 s), <c>limited</c> (held to a rate), <c>closing</c> or <c>away</c>.</param>
/// <param name="RateIn">Messages a second from the peer, since the last look or, at the first, since it connected.</param>
/// <param name="RateOut">Messages a second to the peer, likewise.</param>
/// <param name="Received">Messages from the peer.</param>
/// <param name="Sent">Messages sent to the peer, repeats included.</param>
/// <param name="Lag">Messages that wait for the peer, or are on their way and not acked.</param>
/// <param name="RateCap">Messages a second that the peer is held to; null: it is not.</param>
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
