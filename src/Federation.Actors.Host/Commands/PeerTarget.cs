namespace Federation.Actors.Host.Commands;

/// <summary>Where to connect, and as whom.</summary>
/// <param name="Url">A node's endpoint for peers.</param>
/// <param name="Peer">The name to go by; null: the node gives one.</param>
/// <param name="TokenVariable">Name of the environment variable with the token; null: none is shown.</param>
/// <param name="Token">What it holds.</param>
/// <param name="Tls">What the node must prove, and what is shown to it, for <c>wss://</c>.</param>
/// <param name="Proxy">The proxy to connect through; empty: the one that the environment names, if any.</param>
internal sealed record PeerTarget(Uri Url, string? Peer, string? TokenVariable, string? Token, TlsClientSettings Tls, string Proxy)
{
    /// <summary>The address without its query, which may hold secrets.</summary>
    public string Display => Url.GetLeftPart(UriPartial.Path);
}
