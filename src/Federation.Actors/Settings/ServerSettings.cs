using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>The listening end, in server mode: <c>server</c>.</summary>
public sealed record ServerSettings
{
    /// <summary>Whether the component opens a port. Without one it accepts peers only on the web server of the program that embeds the
    /// node, through <c>MapFederation</c>; <c>host</c>, <c>http_port</c>, <c>path</c>, <c>handshake_timeout</c> and <c>tls</c> are then
    /// not used.</summary>
    public bool Listen { get; init; } = true;

    /// <summary>Address to listen on.</summary>
    [Host] public string Host { get; init; } = "0.0.0.0";

    /// <summary>TCP port; 0 takes any free one.</summary>
    [Range(0, 65535)] public int HttpPort { get; init; } = 8081;

    /// <summary>Path of the WebSocket endpoint.</summary>
    [Text("a path that starts with / and has no query", nameof(SettingTexts.IsPath))] public string Path { get; init; } = "/ingest";

    /// <summary>Peers connected at once; one more is refused with 503.</summary>
    [Range(1, 1000000)] public int MaxConnections { get; init; } = 100;

    /// <summary>Connections of this port that are not a peer's: in TLS, in their handshake, or refused. At this number newcomers wait
    /// until one of them is a peer or has ended, at the latest after <see cref="HandshakeTimeout"/>. The components of one port share the
    /// largest.</summary>
    [Range(1, 100000)] public int MaxPendingHandshakes { get; init; } = 256;

    /// <summary>Peers with valid credentials accepted per second, as many at once; one more is refused with 503 and a Retry-After that
    /// spreads the rest. 0: no limit.</summary>
    [Range(0, 1000000)] public int MaxUpgradesPerSecond { get; init; }

    /// <summary>Connections of one peer with a name of its own; one more replaces the oldest, which is closed with 4001. Must be 1 with
    /// <c>ports.inputs</c>.</summary>
    [Range(1, 1000000)] public int MaxConnectionsPerPeer { get; init; } = 1;

    /// <summary>Initial size of a connection's read buffer, in bytes.</summary>
    [Range(256, 65536)] public int ReadBufferSize { get; init; } = 4096;

    /// <summary>Initial size of a connection's write buffer, in bytes.</summary>
    [Range(256, 65536)] public int WriteBufferSize { get; init; } = 4096;

    /// <summary>Whether permessage-deflate (RFC 7692) is agreed to when a peer offers it.</summary>
    public bool EnableCompression { get; init; } = true;

    /// <summary>Whether connections release what ASP.NET Core keeps of their requests, which relies on undocumented parts of Kestrel.
    /// With false they are plain WebSockets of ASP.NET Core, which behave the same and take about 5 KB more each. The same for all
    /// components on one port.</summary>
    public bool LeanConnections { get; init; } = true;

    /// <summary>Origins accepted besides the same origin; <c>*</c> accepts all. A request without an Origin header is accepted. Values
    /// that are not web origins, such as <c>file://</c> or <c>null</c>, are compared as they are sent.</summary>
    [Text("a list of origins such as https://example.com, file:// or null, or *", nameof(SettingTexts.IsOrigin))]
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Subprotocols (RFC 6455 section 1.9) of the component in order of preference. A peer that offers some gets the first of
    /// these among them, or none.</summary>
    [Text("a list of names of subprotocols", nameof(SettingTexts.IsSubprotocol))]
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Proxies whose X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host and Forwarded headers count: for the origin,
    /// <c>max_failures_per_minute</c> and the address in the log. A proxy must set or remove each of these headers; what it passes on
    /// from its client counts as well.</summary>
    [Text("a list of addresses and networks such as 10.0.0.0/8", nameof(SettingTexts.IsAddressOrNetwork))]
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>Header in which a trusted proxy passes the subject or the CN of a client certificate that it has verified; it is the
    /// peer's identity as with <c>client_ca_file</c>. The proxy must set or remove it.</summary>
    [Text("the name of a header, or nothing", nameof(SettingTexts.IsHttpToken))] public string ClientNameHeader { get; init; } = "";

    /// <summary>Whether connections of trusted proxies begin with a PROXY protocol header, version 1 or 2. The same for all components on
    /// one port.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>Time that a peer has to finish its handshake.</summary>
    [Range("100ms", "5m")] public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="TlsServerSettings" />
    public TlsServerSettings Tls { get; init; } = new();

    /// <summary>True when only programs on this machine can connect, without a known proxy.</summary>
    internal bool IsLoopback => Listen && !ProxyProtocol && TrustedProxies.Count == 0 && ListenRules.IsLoopback(Host);
}
