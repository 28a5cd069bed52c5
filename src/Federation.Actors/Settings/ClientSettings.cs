namespace Federation.Actors;

/// <summary>The dialling end of a component: <c>client</c>.</summary>
public sealed record ClientSettings
{
    /// <summary>
    /// Server to dial, <c>ws://</c> or <c>wss://</c>, without credentials. This or <see cref="Urls"/> is required in client mode. No default.
    /// </summary>
    public string Url { get; init; } = "";

    /// <summary>
    /// Servers to dial instead of <see cref="Url"/>: the first, after a failure the next, and from a connection that was stable the first
    /// again. Default empty.
    /// </summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>
    /// Proxy to dial through, <c>http://</c>, <c>socks4://</c> or <c>socks5://</c>. Default empty: what the environment variables
    /// <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c> and <c>NO_PROXY</c> say.
    /// </summary>
    public string Proxy { get; init; } = "";

    /// <summary>How a lost connection comes back.</summary>
    public ReconnectSettings Reconnect { get; init; } = new();

    /// <summary>Time the server has to finish the handshake, 100 milliseconds to 5 minutes. Default 5 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Time between acks with an empty id, 0 to 1 hour, for deployed senders that drop a listener they hear nothing from. 0: none are sent.
    /// Default 30 seconds.
    /// </summary>
    public TimeSpan KeepAliveMessageInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What the server must prove, for <c>wss://</c>.</summary>
    public TlsClientSettings Tls { get; init; } = new();

    /// <summary>The servers in the order in which they are dialled.</summary>
    internal IReadOnlyList<string> Servers => Urls.Count > 0 ? Urls : [Url];
}
