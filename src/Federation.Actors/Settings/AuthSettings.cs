namespace Federation.Actors;

/// <summary>
/// Credentials of a component: <c>auth</c>. Only names of environment variables and files are held here, never what is in them.
/// </summary>
public sealed record AuthSettings
{
    /// <summary>Kind of credentials. Default none.</summary>
    public AuthType Type { get; init; } = AuthType.None;

    /// <summary>
    /// Environment variable that holds the token. For bearer this, <see cref="BearerTokenFile"/> or, in server mode, <see cref="Tokens"/>
    /// is required. Default empty: none.
    /// </summary>
    public string BearerTokenEnv { get; init; } = "";

    /// <summary>
    /// File that holds the token and nothing else; blanks around it are ignored, and it is read again when it changes. Not together with
    /// <see cref="BearerTokenEnv"/>. Default empty: none.
    /// </summary>
    public string BearerTokenFile { get; init; } = "";

    /// <summary>Server mode: tokens accepted besides, each with the identity of the peer that shows it. Default empty: none.</summary>
    public IReadOnlyList<TokenSettings> Tokens { get; init; } = [];

    /// <summary>
    /// Server mode: whether a bearer token may be offered as the subprotocol <c>bearer.TOKEN</c>, for browsers, which cannot send headers. It is not chosen,
    /// so that the peer has to offer one of <see cref="ServerSettings.Subprotocols"/> as well. Default false.
    /// </summary>
    public bool BearerInSubprotocol { get; init; }

    /// <summary>
    /// Server mode: whether a bearer token may stand in the query as <c>access_token</c> (RFC 6750 section 2.3). Proxies in between may log it. Default false.
    /// </summary>
    public bool BearerInQuery { get; init; }

    /// <summary>Environment variable that holds the user name. Required for basic. Default empty.</summary>
    public string BasicUsernameEnv { get; init; } = "";

    /// <summary>File that holds the user name, in place of <see cref="BasicUsernameEnv"/>. Read again when it changes. Default empty: none.</summary>
    public string BasicUsernameFile { get; init; } = "";

    /// <summary>Environment variable that holds the password. Required for basic. Default empty.</summary>
    public string BasicPasswordEnv { get; init; } = "";

    /// <summary>File that holds the password, in place of <see cref="BasicPasswordEnv"/>. Read again when it changes. Default empty: none.</summary>
    public string BasicPasswordFile { get; init; } = "";

    /// <summary>
    /// Server mode: wrong credentials from one address (of IPv6: from one /64 network) in a minute, 0 to 1000000; after that it is refused
    /// with 429, right credentials too, until the minute that began with the first has passed. 0: no limit, for peers that share the
    /// address of a proxy. Default 30.
    /// </summary>
    public int MaxFailuresPerMinute { get; init; } = 30;
}
