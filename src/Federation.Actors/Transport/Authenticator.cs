using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Federation.Actors.Settings;

namespace Federation.Actors.Transport;

/// <summary>Checks an <c>Authorization</c> header against the credential in the environment (RFC 6750, RFC 7617).</summary>
/// <remarks>
/// Thread-safe. The secret is kept as a hash only, and what arrives is compared as a hash of the same length in constant time, so neither
/// the time it takes nor <see cref="object.ToString"/> tells anything of it.
/// </remarks>
internal sealed class Authenticator
{
    private readonly AuthType _type;
    private readonly byte[] _expected;

    /// <param name="settings">What is asked for, and the variables that hold it.</param>
    /// <param name="environment">Where variables are looked up; the process's environment by default.</param>
    /// <exception cref="InvalidOperationException">A variable is not set or empty; names the variable.</exception>
    public Authenticator(AuthSettings settings, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        _type = settings.Type;
        _expected = settings.Type switch
        {
            AuthType.Bearer => Hash(Read(environment, settings.BearerTokenEnv)),
            AuthType.Basic => Hash(Read(environment, settings.BasicUsernameEnv) + ":" + Read(environment, settings.BasicPasswordEnv)),
            _ => [],
        };
    }

    /// <summary>What a refused peer is asked for, as a <c>WWW-Authenticate</c> header (RFC 9110 section 11.6.1).</summary>
    public string Challenge => _type == AuthType.Basic ? "Basic realm=\"federation\"" : "Bearer";

    /// <summary>True when the header holds the credential, or none is asked for. A malformed header does not.</summary>
    public bool Accepts(string? authorization)
    {
        if (_type == AuthType.None)
        {
            return true;
        }

        var scheme = _type == AuthType.Basic ? "Basic" : "Bearer";
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header)
            || !string.Equals(header.Scheme, scheme, StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { } parameter)
        {
            return false;
        }

        return CryptographicOperations.FixedTimeEquals(Hash(_type == AuthType.Basic ? Decode(parameter) : parameter), _expected);
    }

    private static string Read(Func<string, string?> environment, string variable) =>
        environment(variable) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"the environment variable {variable}, which holds a credential, is not set");

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static string Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : string.Empty;
    }
}
