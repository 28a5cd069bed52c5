using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>The dialling end, in client mode: <c>client</c>.</summary>
public sealed record ClientSettings
{
    /// <summary>Server to dial. This or <see cref="Urls"/> is required in client mode.</summary>
    [Text("a url that starts with ws:// or wss:// and contains no credentials", nameof(SettingTexts.IsWebSocketUrl), Masked = true)]
    public string Url { get; init; } = "";

    /// <summary>Servers to dial instead of <see cref="Url"/>, in order of preference: after a failure the next one, after a stable
    /// connection the first one again.</summary>
    [Text("a list of urls that start with ws:// or wss:// and contain no credentials", nameof(SettingTexts.IsWebSocketUrl))]
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Proxy to dial through. Empty: from the variables HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY.</summary>
    [Text(
        "a url that starts with http://, socks4:// or socks5:// and contains no credentials", nameof(SettingTexts.IsProxyUrl), Masked = true)]
    public string Proxy { get; init; } = "";

    /// <inheritdoc cref="ReconnectSettings" />
    public ReconnectSettings Reconnect { get; init; } = new();

    /// <summary>Maximum duration of the handshake.</summary>
    [Range("100ms", "5m")] public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Interval of acks with an empty id, for existing senders that disconnect a silent listener. 0: none are sent.</summary>
    [Range("0ms", "1h")] public TimeSpan KeepAliveMessageInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>When permessage-deflate (RFC 7692) is offered to the server.</summary>
    public ClientCompression Compression { get; init; } = ClientCompression.Auto;

    /// <inheritdoc cref="TlsClientSettings" />
    public TlsClientSettings Tls { get; init; } = new();

    /// <summary>The servers, in the order in which they are dialled.</summary>
    internal IReadOnlyList<string> Servers => Urls.Count > 0 ? Urls : [Url];
}
