namespace Federation.Actors.Settings;

/// <summary>Credentials of a component: <c>auth</c>. Only names of environment variables are held here, never what is in them.</summary>
public sealed record AuthSettings
{
    /// <summary>Kind of credentials. Default none.</summary>
    public AuthType Type { get; init; } = AuthType.None;

    /// <summary>Environment variable that holds the token. Required for bearer. Default empty.</summary>
    public string BearerTokenEnv { get; init; } = "";

    /// <summary>Environment variable that holds the user name. Required for basic. Default empty.</summary>
    public string BasicUsernameEnv { get; init; } = "";

    /// <summary>Environment variable that holds the password. Required for basic. Default empty.</summary>
    public string BasicPasswordEnv { get; init; } = "";
}
