using Federation.Actors.Settings;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Transport;

/// <summary>Checks what a peer shows in its <c>Authorization</c> header.</summary>
/// <remarks>Immutable and thread-safe. Secrets are read once, kept only as digests, and shown by nothing.</remarks>
internal abstract class PeerAuthenticator
{
    /// <summary>Value of <c>WWW-Authenticate</c> in a 401 answer (RFC 9110 section 11.6.1).</summary>
    public abstract string Challenge { get; }

    /// <summary>The one that <paramref name="settings"/> ask for.</summary>
    /// <param name="settings">A component's <c>auth</c>.</param>
    /// <param name="environment">Reads an environment variable; null when it is unset.</param>
    /// <exception cref="MissingCredentialException">A variable that the settings name is unset or empty.</exception>
    public static PeerAuthenticator Create(AuthSettings settings, Func<string, string?> environment)
    {
        return settings.Type switch
        {
            AuthType.None => new NoAuthenticator(),
            AuthType.Bearer => new BearerAuthenticator(Read(settings.BearerTokenEnv, "bearer_token_env")),
            AuthType.Basic => new BasicAuthenticator(
                Read(settings.BasicUsernameEnv, "basic_username_env"),
                Read(settings.BasicPasswordEnv, "basic_password_env")),
            _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Type, "unknown kind of credentials"),
        };

        string Read(string variable, string setting) => variable.Length > 0 && environment(variable) is { Length: > 0 } value
            ? value
            : throw new MissingCredentialException(variable, setting);
    }

    /// <summary>
    /// Whether the header proves the peer's right to connect. A malformed one does not. Takes the same time for every wrong secret.
    /// </summary>
    public abstract bool Accepts(StringValues authorization);

    /// <summary>
    /// What follows the scheme in the only header there is; null when it is another scheme's, missing, or one of several.
    /// </summary>
    protected static string? Credentials(StringValues authorization, string scheme)
    {
        if (authorization.Count != 1
            || authorization[0] is not { } header
            || header.Length <= scheme.Length
            || header[scheme.Length] != ' ')
        {
            return null;
        }

        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim(' ') : null;
    }
}
