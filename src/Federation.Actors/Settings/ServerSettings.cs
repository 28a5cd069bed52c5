using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>The listening end of a component: <c>server</c>.</summary>
public sealed record ServerSettings
{
    /// <summary>
    /// Whether the component opens its port. False: it has none, and takes peers only on the web server of the program that embeds it, through
    /// <c>MapFederation</c>; of this block <c>host</c>, <c>http_port</c>, <c>path</c>, <c>handshake_timeout</c> and <c>tls</c> are then that
    /// server's matter and not looked at. Default true.
    /// </summary>
    public bool Listen { get; init; } = true;

    /// <summary>Address to listen on: an IP address, <c>localhost</c>, or a host name. Default 0.0.0.0.</summary>
    public string Host { get; init; } = "0.0.0.0";

    /// <summary>Whether only programs on this machine can connect, and none of them is known to pass on connections of others.</summary>
    internal bool IsLoopback => Listen && !ProxyProtocol && TrustedProxies.Count == 0 && ListenRules.IsLoopback(Host);

    /// <summary>TCP port, 0 to 65535; 0 takes any free one. Default 8081.</summary>
    public int HttpPort { get; init; } = 8081;

    /// <summary>Path of the WebSocket endpoint; starts with <c>/</c>. Default /ingest.</summary>
    public string Path { get; init; } = "/ingest";

    /// <summary>Peers connected at once, 1 to 1000000; one more is refused with 503. Default 100.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>
    /// Connections of this port that may be open without being a peer's: in TLS, in their handshake, or refused, 1 to 100000. With as many, newcomers wait
    /// until one of them is a peer or has ended, at the latest after <see cref="HandshakeTimeout"/>. The components of one port share the largest. Default 256.
    /// </summary>
    public int MaxPendingHandshakes { get; init; } = 256;

    /// <summary>
    /// Peers with right credentials let in per second, 0 to 1000000, as many at once; one more is refused with 503 and a Retry-After that
    /// spreads the rest over time. 0: no limit. Default 0.
    /// </summary>
    public int MaxUpgradesPerSecond { get; init; }

    /// <summary>
    /// Connections of one peer, 1 to 1000000; one more replaces the oldest, which is closed with 4001. Counts for peers that have a name of
    /// their own. Default 1.
    /// </summary>
    public int MaxConnectionsPerPeer { get; init; } = 1;

    /// <summary>Initial size of a connection's read buffer in bytes, 256 to 65536. Default 4096.</summary>
    public int ReadBufferSize { get; init; } = 4096;

    /// <summary>Initial size of a connection's write buffer in bytes, 256 to 65536. Default 4096.</summary>
    public int WriteBufferSize { get; init; } = 4096;

    /// <summary>Whether permessage-deflate (RFC 7692) is agreed to when a peer offers it. Default true.</summary>
    public bool EnableCompression { get; init; } = true;

    /// <summary>
    /// Whether connections give up what ASP.NET Core keeps of their requests, which rests on parts of Kestrel that are not documented. False: plain
    /// WebSockets of ASP.NET Core, which behave the same and take about 5 KB more each. The same for all components on one port. Default true.
    /// </summary>
    public bool LeanConnections { get; init; } = true;

    /// <summary>Values of <c>Origin</c> let in besides the same origin, also <c>null</c> and <c>file://</c>; <c>*</c> lets all in. Default empty: same origin only.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Subprotocols (RFC 6455 section 1.9) that the component speaks, the most wanted first. A peer that offers some gets the first of these among
    /// them, or none. Default empty: none.
    /// </summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>
    /// Addresses and networks of proxies whose X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host and Forwarded count: for the origin, the bound on wrong
    /// credentials, and the address in the log. The proxy has to set or to drop each of these headers. Default empty: nobody's count.
    /// </summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>
    /// Header in which a trusted proxy tells the name of the client certificate that it has verified: a CN, or a subject with one. It has to set or to drop
    /// the header. Default empty: none.
    /// </summary>
    public string ClientNameHeader { get; init; } = "";

    /// <summary>Whether connections of trusted proxies begin with a PROXY protocol header, version 1 or 2. Default false.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>Time a peer has to finish its handshake, 100 milliseconds to 5 minutes. Default 5 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Encryption. The same for all components on one port. Default: none.</summary>
    public TlsServerSettings Tls { get; init; } = new();
}
