using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Credentials, required of peers in server mode and sent to the server in client mode: <c>auth</c>.</summary>
/// <remarks>The settings name environment variables and files; they never contain a secret. All files are reloaded when they
/// change.</remarks>
public sealed record AuthSettings
{
    /// <summary>Kind of credentials.</summary>
    public AuthType Type { get; init; } = AuthType.None;

    /// <summary>Environment variable that holds the token. For <c>bearer</c>, this, <see cref="BearerTokenFile"/> or, in server mode,
    /// <see cref="Tokens"/> or <see cref="PeersFile"/> is required.</summary>
    [VariableName("the token")] public string BearerTokenEnv { get; init; } = "";

    /// <summary>File that holds the token and nothing else, instead of <see cref="BearerTokenEnv"/>.</summary>
    [FilePath("the token")] public string BearerTokenFile { get; init; } = "";

    /// <summary>Server mode: additional tokens, each with the identity of the peer that presents it.</summary>
    public IReadOnlyList<TokenSettings> Tokens { get; init; } = [];

    /// <summary>Server mode: file with a line for each peer: its name and the hash of its token, as <c>federation token</c> prints it.
    /// HOCON, up to 32 MiB. An invalid new version of the file has no effect. A connection is closed with 4003 when the line of its peer is
    /// removed or gets another hash, or when the file is deleted.</summary>
    [FilePath] public string PeersFile { get; init; } = "";

    /// <summary>Server mode: profiles, each a block under a name of 1 to 64 of <c>A-Za-z0-9_-</c>. A line of <see cref="PeersFile"/>
    /// selects one with <c>profile = NAME</c>.</summary>
    public IReadOnlyList<ProfileSettings> Profiles { get; init; } = [];

    /// <summary>Server mode: name of the profile of all peers whose line in <see cref="PeersFile"/> does not name one, and of peers with
    /// other credentials, a certificate, or neither. Empty: these peers may do everything.</summary>
    [NodeName("the name of a profile, or nothing", OrEmpty = true)] public string Profile { get; init; } = "";

    /// <summary>Server mode: whether a peer may send a bearer token as the subprotocol <c>bearer.TOKEN</c>, for browsers, which cannot
    /// send headers. The node never selects this subprotocol, so the peer must also offer one of
    /// <see cref="ServerSettings.Subprotocols"/>.</summary>
    public bool BearerInSubprotocol { get; init; }

    /// <summary>Server mode: whether a peer may send a bearer token in the query as <c>access_token</c> (RFC 6750 section 2.3). Proxies in
    /// between may log it.</summary>
    public bool BearerInQuery { get; init; }

    /// <summary>Environment variable that holds the user name. This or <see cref="BasicUsernameFile"/> is required for basic.</summary>
    [VariableName("the user name")] public string BasicUsernameEnv { get; init; } = "";

    /// <summary>File that holds the user name and nothing else, instead of <see cref="BasicUsernameEnv"/>.</summary>
    [FilePath("the user name")] public string BasicUsernameFile { get; init; } = "";

    /// <summary>Environment variable that holds the password. This or <see cref="BasicPasswordFile"/> is required for basic.</summary>
    [VariableName("the password")] public string BasicPasswordEnv { get; init; } = "";

    /// <summary>File that holds the password and nothing else, instead of <see cref="BasicPasswordEnv"/>.</summary>
    [FilePath("the password")] public string BasicPasswordFile { get; init; } = "";

    /// <summary>Server mode: maximum number of wrong credentials per minute from one address (IPv6: from one /64 network). When it is
    /// reached, all credentials from there, even valid ones, are refused with 429 until a minute after the first wrong one. 0: no limit,
    /// for peers that share the address of a proxy.</summary>
    [Range(0, 1000000)] public int MaxFailuresPerMinute { get; init; } = 30;

    internal IReadOnlyList<string> ProfileNames => [.. Profiles.Select(static profile => profile.Name)];

    /// <param name="name">As in the peers file; null: the peer has no line there, or its line names none.</param>
    /// <returns>Null: the peer may do everything.</returns>
    internal ProfileSettings? ProfileOf(string? name) =>
        Profiles.FirstOrDefault(profile => string.Equals(profile.Name, name ?? Profile, StringComparison.Ordinal));
}
