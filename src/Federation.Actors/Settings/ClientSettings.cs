namespace Federation.Actors.Settings;

/// <summary>The dialling end of a component: <c>client</c>.</summary>
public sealed record ClientSettings
{
    /// <summary>Server to dial, <c>ws://</c> or <c>wss://</c>, without credentials. Required in client mode. No default.</summary>
    public string Url { get; init; } = "";

    /// <summary>How a lost connection comes back.</summary>
    public ReconnectSettings Reconnect { get; init; } = new();

    /// <summary>Time the server has to finish the handshake, 100 milliseconds to 5 minutes. Default 5 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
