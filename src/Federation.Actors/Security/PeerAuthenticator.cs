using System.Text;
using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Security;

/// <summary>Checks a peer's <c>Authorization</c> header.</summary>
/// <remarks>Thread-safe. Compares digests of secrets, and never shows a secret.</remarks>
internal abstract class PeerAuthenticator
{
    /// <summary>Value of <c>WWW-Authenticate</c> in a 401 answer (RFC 9110 section 11.6.1).</summary>
    public abstract string Challenge { get; }

    public static PeerAuthenticator Create(
        AuthSettings settings, Func<string, string?> environment, ILoggerFactory? loggers = null, TimeProvider? time = null)
    {
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<PeerAuthenticator>();
        time ??= Clock.System.Time;
        return settings.Type switch
        {
            AuthType.None => new NoAuthenticator(),
            AuthType.Bearer => new BearerAuthenticator([.. Tokens()], Peers()),
            AuthType.Basic => new BasicAuthenticator(
                UserName(),
                settings.BasicPasswordFile.Length > 0
                    ? SecretFile(settings.BasicPasswordFile, "basic_password_file")
                    : Variable(settings.BasicPasswordEnv, "basic_password_env")),
            _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Type, "unknown kind of credentials"),
        };

        SecretSource UserName()
        {
            var (isFile, setting) = settings.BasicUsernameFile.Length > 0 ? (true, "basic_username_file") : (false, "basic_username_env");
            var name = isFile ? SecretFile(settings.BasicUsernameFile, setting) : Variable(settings.BasicUsernameEnv, setting);
            return name.Read()!.Contains(':', StringComparison.Ordinal)
                ? throw new MissingCredentialException(
                    setting,
                    $"{(isFile ? $"the file {settings.BasicUsernameFile}" : $"the environment variable {settings.BasicUsernameEnv}")} "
                    + "contains a user name with a colon, which a header cannot carry")
                : name;
        }

        PeersFile? Peers()
        {
            if (settings.PeersFile.Length == 0)
            {
                return null;
            }

            var peers = new PeersFile(settings.PeersFile, settings.ProfileNames, logger, time);
            return peers.IsLoaded ? peers : throw new MissingCredentialException(
                "peers_file", peers.File.Problem ?? $"the file {settings.PeersFile} cannot be used");
        }

        IEnumerable<AcceptedToken> Tokens()
        {
            if (settings.BearerTokenFile.Length > 0)
            {
                yield return new AcceptedToken(SecretFile(settings.BearerTokenFile, "bearer_token_file"), null);
            }
            else if (settings.BearerTokenEnv.Length > 0 || (settings.Tokens.Count == 0 && settings.PeersFile.Length == 0))
            {
                yield return new AcceptedToken(Token(settings.BearerTokenEnv, "bearer_token_env"), null);
            }

            for (var i = 0; i < settings.Tokens.Count; i++)
            {
                var token = settings.Tokens[i];
                var source = token.TokenFile.Length > 0
                    ? SecretFile(token.TokenFile, $"tokens[{i}].token_file")
                    : Token(token.TokenEnv, $"tokens[{i}].token_env");
                yield return new AcceptedToken(source, token.Name);
            }
        }

        SecretSource Variable(string variable, string setting) =>
            FromVariable(SecretSource.OfVariable(variable, environment), variable, setting);

        SecretSource Token(string variable, string setting) => FromVariable(SecretSource.OfToken(variable, environment), variable, setting);

        static SecretSource FromVariable(SecretSource source, string variable, string setting) => Filled(
            source,
            setting,
            $"the environment variable {(variable.Length == 0 ? "(none named)" : variable)} is unset or empty");

        SecretSource SecretFile(string path, string setting) =>
            Filled(
            SecretSource.OfFile(path, logger, time, isRevocable: true), setting, $"the file {path} cannot be read, is empty or is not UTF-8");

        static SecretSource Filled(SecretSource source, string setting, string problem) =>
            source.Read() is null ? throw new MissingCredentialException(setting, problem) : source;
    }

    /// <summary>The files that the credentials are read from.</summary>
    public virtual IReadOnlyList<IReloaded> Files => [];

    /// <summary>Takes the same time for every wrong secret.</summary>
    /// <param name="credential">What has been accepted; null where no credentials are required.</param>
    public abstract bool Accepts(StringValues authorization, out PeerCredential? credential);

    /// <summary>Whether a credential proves this name, so that nobody may claim it without.</summary>
    public virtual bool IsNamed(string name) => false;

    /// <summary>The credentials of the only header with this scheme, or null.</summary>
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

internal sealed class NoAuthenticator : PeerAuthenticator
{
    public override string Challenge => "";

    public override bool Accepts(StringValues authorization, out PeerCredential? credential)
    {
        credential = null;
        return true;
    }
}

/// <summary>One user name and password shared by all peers, as <c>Authorization: Basic</c> (RFC 7617).</summary>
internal sealed class BasicAuthenticator(SecretSource username, SecretSource password) : PeerAuthenticator, ICredentialSource
{
    private readonly AcceptedToken _username = new AcceptedToken(username, name: null);
    private readonly AcceptedToken _password = new AcceptedToken(password, name: null);

    public override string Challenge => "Basic realm=\"federation\", charset=\"UTF-8\"";

    public override IReadOnlyList<IReloaded> Files => [.. new[] { _username.File, _password.File }.OfType<IReloaded>()];

    public override bool Accepts(StringValues authorization, out PeerCredential? credential)
    {
        credential = null;
        if (Credentials(authorization, "Basic") is not { } encoded)
        {
            return false;
        }

        var decoded = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, decoded, out var length))
        {
            return false;
        }

        // A user name holds no colon, a password may (RFC 7617 section 2).
        var colon = decoded.AsSpan(0, length).IndexOf((byte)':');
        if (colon < 0)
        {
            return false;
        }

        byte[] hashes = [.. AcceptedToken.HashOf(decoded.AsSpan(0, colon)), .. AcceptedToken.HashOf(decoded.AsSpan(colon + 1, length - colon - 1))];
        credential = new PeerCredential(this, hashes, name: null);
        return Holds(credential);
    }

    /// <remarks>Both are always compared: the time taken must not tell a wrong name from a wrong password.</remarks>
    public bool Holds(PeerCredential credential) =>
        _username.Matches(credential.Hash.AsSpan(0, credential.Hash.Length / 2))
        & _password.Matches(credential.Hash.AsSpan(credential.Hash.Length / 2));
}

/// <summary>Tokens as <c>Authorization: Bearer</c> (RFC 6750): shared by all peers, or a peer's own, which proves its name.</summary>
internal sealed class BearerAuthenticator(IReadOnlyList<AcceptedToken> tokens, PeersFile? peers = null) : PeerAuthenticator
{
    public override string Challenge => "Bearer";

    public override IReadOnlyList<IReloaded> Files { get; } =
        [.. tokens.Select(static token => token.File).Append(peers?.File).OfType<IReloaded>()];

    public override bool Accepts(StringValues authorization, out PeerCredential? credential)
    {
        credential = null;
        if (Credentials(authorization, "Bearer") is not { } shown)
        {
            return false;
        }

        // Compared with all, even after a match: the time taken must not tell which one it was.
        var hash = AcceptedToken.HashOf(Encoding.UTF8.GetBytes(shown));
        credential = peers?.Find(hash);
        foreach (var token in tokens)
        {
            credential = token.Matches(hash) ? new PeerCredential(token, hash, token.Name) : credential;
        }

        return credential is not null;
    }

    public override bool IsNamed(string name) =>
        peers?.IsNamed(name) == true || tokens.Any(token => string.Equals(token.Name, name, StringComparison.Ordinal));
}

internal sealed class MissingCredentialException : InvalidOperationException
{
    public MissingCredentialException(string setting, string problem)
        : base($"auth.{setting}: {problem}")
    {
    }
}
