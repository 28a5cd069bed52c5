using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Where the dashboard, metrics and health are served: <c>federation.admin</c>.</summary>
public sealed record AdminSettings
{
    /// <summary>Address to listen on.</summary>
    [Host] public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port; 0: any free port.</summary>
    [Range(0, 65535)] public int Port { get; init; } = 9464;

    /// <summary>Environment variable that holds the token for <c>POST</c> requests (reconnect, disconnect a peer, drain), and for
    /// <c>/api</c> if <see cref="Host"/> is not a loopback address. Clients send it as <c>Authorization: Bearer TOKEN</c>. Empty:
    /// read-only.</summary>
    [VariableName("the token")] public string TokenEnv { get; init; } = "";

    /// <summary>File that holds the token and nothing else, instead of <see cref="TokenEnv"/>. Reloaded when it changes.</summary>
    [FilePath("the token")] public string TokenFile { get; init; } = "";

    /// <summary>Whether <c>/api</c> is readable without a token if <see cref="Host"/> is not a loopback address. On such an address the
    /// node does not start without either a token or this setting.</summary>
    public bool Insecure { get; init; }

    internal bool HasToken => TokenEnv.Length + TokenFile.Length > 0;

    /// <summary>True if <see cref="Host"/> is <c>localhost</c> or a loopback address.</summary>
    public bool IsLoopback => ListenRules.IsLoopback(Host);
}
