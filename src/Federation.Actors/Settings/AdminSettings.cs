using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Where the dashboard, metrics and health are served: <c>federation.admin</c>.</summary>
public sealed record AdminSettings
{
    /// <summary>Address to listen on.</summary>
    [Host] public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port; 0 takes any free one.</summary>
    [Range(0, 65535)] public int Port { get; init; } = 9464;

    /// <summary>Environment variable that holds the token for reconnecting, disconnecting a peer and draining over HTTP, and for
    /// <c>/api</c> where <see cref="Host"/> is not a loopback address. Sent as <c>Authorization: Bearer TOKEN</c>. Empty:
    /// read-only.</summary>
    [VariableName("the token")] public string TokenEnv { get; init; } = "";

    /// <summary>File that holds the token and nothing else, instead of <see cref="TokenEnv"/>. Read again when it changes.</summary>
    [FilePath("the token")] public string TokenFile { get; init; } = "";

    /// <summary>Whether <c>/api</c> is readable without a token where <see cref="Host"/> is not a loopback address. The node does not
    /// start on such a host with neither.</summary>
    public bool Insecure { get; init; }

    internal bool HasToken => TokenEnv.Length + TokenFile.Length > 0;

    /// <summary>True when <see cref="Host"/> is <c>localhost</c> or an address that only this machine reaches.</summary>
    public bool IsLoopback => ListenRules.IsLoopback(Host);
}
