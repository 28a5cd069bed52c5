using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Credentials, required of peers in server mode and sent to the server in client mode: <c>auth</c>.</summary>
/// <remarks>It names environment variables and files, never a secret. All files are read again when they change.</remarks>
public sealed record AuthSettings
{
    /// <summary>Kind of credentials.</summary>
    public AuthType Type { get; init; } = AuthType.None;

    /// <summary>Environment variable that holds the token. For bearer, one of this, <see cref="BearerTokenFile"/> and, in server mode,
    /// <see cref="Tokens"/> is required.</summary>
    [VariableName("the token")] public string BearerTokenEnv { get; init; } = "";

    /// <summary>File that holds the token and nothing else, instead of <see cref="BearerTokenEnv"/>.</summary>
    [FilePath("the token")] public string BearerTokenFile { get; init; } = "";

    /// <summary>Server mode: further tokens, each with the identity of the peer that presents it.</summary>
    public IReadOnlyList<TokenSettings> Tokens { get; init; } = [];

    /// <summary>Server mode: whether a bearer token may be offered as the subprotocol <c>bearer.TOKEN</c>, for browsers, which cannot
    /// send headers. It is never chosen, so the peer has to offer one of <see cref="ServerSettings.Subprotocols"/> as well.</summary>
    public bool BearerInSubprotocol { get; init; }

    /// <summary>Server mode: whether a bearer token may be in the query as <c>access_token</c> (RFC 6750 section 2.3). Proxies in between
    /// may log it.</summary>
    public bool BearerInQuery { get; init; }

    /// <summary>Environment variable that holds the user name. This or <see cref="BasicUsernameFile"/> is required for basic.</summary>
    [VariableName("the user name")] public string BasicUsernameEnv { get; init; } = "";

    /// <summary>File that holds the user name and nothing else, instead of <see cref="BasicUsernameEnv"/>.</summary>
    [FilePath("the user name")] public string BasicUsernameFile { get; init; } = "";

    /// <summary>Environment variable that holds the password. This or <see cref="BasicPasswordFile"/> is required for basic.</summary>
    [VariableName("the password")] public string BasicPasswordEnv { get; init; } = "";

    /// <summary>File that holds the password and nothing else, instead of <see cref="BasicPasswordEnv"/>.</summary>
    [FilePath("the password")] public string BasicPasswordFile { get; init; } = "";

    /// <summary>Server mode: wrong credentials from one address (IPv6: from one /64 network) in a minute. After that all credentials from
    /// there are refused with 429, valid ones too, until the minute that began with the first has passed: otherwise guessing could go on
    /// unnoticed. 0: no limit, for peers that share the address of a proxy.</summary>
    [Range(0, 1000000)] public int MaxFailuresPerMinute { get; init; } = 30;
}
