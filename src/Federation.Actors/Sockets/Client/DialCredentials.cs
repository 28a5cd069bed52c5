using System.Text;
using Federation.Actors.Security;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Sockets.Client;

internal sealed class DialCredentials
{
    private readonly AuthSettings _auth;
    private readonly SecretSource _token;
    private readonly SecretSource _userName;
    private readonly SecretSource _password;

    public DialCredentials(AuthSettings auth, Func<string, string?> environment, ILogger logger, TimeProvider time)
    {
        _auth = auth;
        _token = Source(auth.BearerTokenFile, auth.BearerTokenEnv);
        _userName = Source(auth.BasicUsernameFile, auth.BasicUsernameEnv);
        _password = Source(auth.BasicPasswordFile, auth.BasicPasswordEnv);

        SecretSource Source(string file, string variable) =>
            file.Length > 0 ? SecretSource.OfFile(file, logger, time) : SecretSource.OfVariable(variable, environment);
    }

    public string Origin => _auth.Type switch
    {
        AuthType.Bearer => Place(_auth.BearerTokenFile, _auth.BearerTokenEnv),
        AuthType.Basic =>
            $"{Place(_auth.BasicUsernameFile, _auth.BasicUsernameEnv)} and {Place(_auth.BasicPasswordFile, _auth.BasicPasswordEnv)}",
        _ => "auth.type, which is none",
    };

    /// <summary>The present value of the header Authorization; null without credentials.</summary>
    public string? Header() => _auth.Type switch
    {
        AuthType.Bearer => "Bearer " + _token.Read(),
        AuthType.Basic => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_userName.Read()}:{_password.Read()}")),
        _ => null,
    };

    private static string Place(string file, string variable) => file.Length > 0 ? $"the file {file}" : $"the variable {variable}";
}
