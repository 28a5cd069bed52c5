using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>The listening end, in server mode: <c>server</c>.</summary>
public sealed record ServerSettings
{
    /// <summary>Whether the component opens a port. If false, it accepts peers only on the web server of the program that embeds the node,
    /// through <c>MapFederation</c>, and does not use <c>host</c>, <c>http_port</c>, <c>path</c>, <c>handshake_timeout</c> and
    /// <c>tls</c>.</summary>
    public bool Listen { get; init; } = true;

    /// <summary>Address to listen on.</summary>
    [Host] public string Host { get; init; } = "0.0.0.0";

    /// <summary>TCP port; 0: any free port.</summary>
    [Range(0, 65535)] public int HttpPort { get; init; } = 8081;

    /// <summary>Path of the WebSocket endpoint.</summary>
    [Text("a path that starts with / and has no query", nameof(SettingTexts.IsPath))] public string Path { get; init; } = "/ingest";

    /// <summary>Maximum number of connected peers. Further peers are refused with 503.</summary>
    [Range(1, 1000000)] public int MaxConnections { get; init; } = 100;

    /// <summary>Maximum number of connections of this port that are in their TLS or WebSocket handshake, or refused but not yet closed.
    /// Further connections wait until one of these completes or ends, for up to <see cref="HandshakeTimeout"/>. If components share a port,
    /// the largest value applies.</summary>
    [Range(1, 100000)] public int MaxPendingHandshakes { get; init; } = 256;

    /// <summary>Maximum number of peers with valid credentials that are accepted per second, in a burst or evenly spaced. Further peers are
    /// refused with 503 and a Retry-After that spreads them over time. 0: no limit.</summary>
    [Range(0, 1000000)] public int MaxUpgradesPerSecond { get; init; }

    /// <summary>Maximum number of connections per named peer. A further connection replaces the oldest one, which is closed with 4001. Must
    /// be 1 with <c>ports.inputs</c>.</summary>
    [Range(1, 1000000)] public int MaxConnectionsPerPeer { get; init; } = 1;

    /// <summary>Initial size of a connection's read buffer, in bytes.</summary>
    [Range(256, 65536)] public int ReadBufferSize { get; init; } = 4096;

    /// <summary>Initial size of a connection's write buffer, in bytes.</summary>
    [Range(256, 65536)] public int WriteBufferSize { get; init; } = 4096;

    /// <summary>Whether the component accepts permessage-deflate (RFC 7692) when a peer offers it.</summary>
    public bool EnableCompression { get; init; } = true;

    /// <summary>Whether connections release the memory of their HTTP requests, which relies on undocumented behaviour of Kestrel. If false,
    /// they are plain ASP.NET Core WebSockets, which behave the same and use about 5 KB more each. Must be the same for all components on
    /// one port.</summary>
    public bool LeanConnections { get; init; } = true;

    /// <summary>Origins accepted in addition to the same origin; <c>*</c> accepts all. A request without an Origin header is accepted.
    /// Values that are not web origins, such as <c>file://</c> or <c>null</c>, are compared literally.</summary>
    [Text("a list of origins such as https://example.com, file:// or null, or *", nameof(SettingTexts.IsOrigin))]
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Subprotocols (RFC 6455 section 1.9) of the component, in order of preference. The component selects the first one that the
    /// peer offers, or none.</summary>
    [Text("a list of subprotocol names", nameof(SettingTexts.IsSubprotocol))]
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Proxies whose headers X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host and Forwarded are trusted: for the origin,
    /// <c>max_failures_per_minute</c> and the address in the log. A proxy must set or remove each of these headers, because values that it
    /// passes on from its client are trusted as well.</summary>
    [Text("a list of addresses and networks such as 10.0.0.0/8", nameof(SettingTexts.IsAddressOrNetwork))]
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>Header in which a trusted proxy passes the subject or the CN of a verified client certificate. It becomes the peer's
    /// identity, as with <c>client_ca_file</c>. The proxy must set or remove this header.</summary>
    [Text("a header name, or nothing", nameof(SettingTexts.IsHttpToken))] public string ClientNameHeader { get; init; } = "";

    /// <summary>Whether connections of trusted proxies begin with a PROXY protocol header, version 1 or 2. Must be the same for all
    /// components on one port.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>Maximum duration of a peer's handshake.</summary>
    [Range("100ms", "5m")] public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="TlsServerSettings" />
    public TlsServerSettings Tls { get; init; } = new();

    /// <summary>True if only programs on this machine can connect and no proxy is trusted.</summary>
    internal bool IsLoopback => Listen && !ProxyProtocol && TrustedProxies.Count == 0 && ListenRules.IsLoopback(Host);
}
