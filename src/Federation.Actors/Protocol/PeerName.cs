namespace Federation.Actors.Protocol;

/// <summary>Whose messages they are.</summary>
/// <param name="Identity">1 to 64 of <c>A-Za-z0-9_-</c>.</param>
/// <param name="Lasting">True when the peer has the name again when it comes again, so that a message sent twice can be told from two messages.</param>
internal sealed record PeerName(string Identity, bool Lasting)
{
    /// <summary>Of messages that came from nowhere in particular.</summary>
    public static PeerName None { get; } = new("none", Lasting: false);

    /// <summary>True when a credential proves the name: a certificate, or a token of its own. False: the peer only claims it, or it was generated.</summary>
    public bool Vouched { get; init; }
}
