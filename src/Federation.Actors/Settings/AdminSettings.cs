namespace Federation.Actors.Settings;

/// <summary>Where the node answers metrics and health: <c>federation.admin</c>.</summary>
public sealed record AdminSettings
{
    /// <summary>Address to listen on: an IP address, <c>localhost</c>, or a host name. Default 127.0.0.1.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port, 0 to 65535; 0 takes any free one. Default 9464.</summary>
    public int Port { get; init; } = 9464;
}
