using System.Text;
using Federation.Actors.Settings;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Transport;

/// <summary>The credentials that a component shows to the server it dials.</summary>
internal sealed class DialCredentials
{
    private readonly AuthSettings _auth;
    private readonly Func<string, string?> _environment;
    private readonly SecretSource? _file;

    /// <param name="auth">Where the credentials are.</param>
    /// <param name="environment">Reads a variable.</param>
    /// <param name="logger">Told when the token's file cannot be read.</param>
    /// <param name="time">Clock of the file's reading.</param>
    public DialCredentials(AuthSettings auth, Func<string, string?> environment, ILogger logger, TimeProvider time)
    {
        _auth = auth;
        _environment = environment;
        _file = auth.BearerTokenFile.Length > 0 ? SecretSource.OfFile(auth.BearerTokenFile, logger, time) : null;
    }

    /// <summary>Where to look when a server refuses them.</summary>
    public string Origin => _auth.Type switch
    {
        AuthType.Bearer when _file is not null => $"the file {_auth.BearerTokenFile}",
        AuthType.Bearer => $"the variable {_auth.BearerTokenEnv}",
        AuthType.Basic => $"the variables {_auth.BasicUsernameEnv} and {_auth.BasicPasswordEnv}",
        _ => "auth.type, which is none",
    };

    /// <summary>The value of the header Authorization as of now; null when there are no credentials.</summary>
    public string? Header() => _auth.Type switch
    {
        AuthType.Bearer => "Bearer " + (_file is null ? _environment(_auth.BearerTokenEnv) : _file.Read()),
        AuthType.Basic => "Basic " + Convert.ToBase64String(
            Encoding.UTF8.GetBytes($"{_environment(_auth.BasicUsernameEnv)}:{_environment(_auth.BasicPasswordEnv)}")),
        _ => null,
    };
}
