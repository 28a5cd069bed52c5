using Federation.Actors.Configuration;


namespace Federation.Actors;

/// <summary>Where the node answers metrics and health: <c>federation.admin</c>.</summary>
public sealed record AdminSettings
{
    /// <summary>Address to listen on: an IP address, <c>localhost</c>, or a host name. Default 127.0.0.1.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port, 0 to 65535; 0 takes any free one. Default 9464.</summary>
    public int Port { get; init; } = 9464;

    /// <summary>
    /// Name of the environment variable that holds the token for control over HTTP, and for <c>/api</c> where <see cref="Host"/> is no
    /// loopback address; empty: no control. Default empty.
    /// </summary>
    public string TokenEnv { get; init; } = "";

    /// <summary>File that holds the token, in place of <see cref="TokenEnv"/>. Read again when it changes. Default empty: none.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>Whether there is a token.</summary>
    internal bool HasToken => TokenEnv.Length + TokenFile.Length > 0;

    /// <summary>Whether everybody who reaches a <see cref="Host"/> that is no loopback address may look. Default false.</summary>
    public bool Insecure { get; init; }

    /// <summary>True when <see cref="Host"/> is <c>localhost</c> or an address that only this machine reaches.</summary>
    public bool IsLoopback => ListenRules.IsLoopback(Host);
}
