using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Security;

/// <summary>One user name and password shared by all peers, as <c>Authorization: Basic</c> (RFC 7617).</summary>
internal sealed class BasicAuthenticator : PeerAuthenticator
{
    private readonly AcceptedToken _username;
    private readonly AcceptedToken _password;

    public BasicAuthenticator(SecretSource username, SecretSource password)
    {
        _username = new AcceptedToken(username, name: null);
        _password = new AcceptedToken(password, name: null);
    }

    /// <inheritdoc />
    public override string Challenge => "Basic realm=\"federation\", charset=\"UTF-8\"";

    /// <inheritdoc />
    public override bool Accepts(StringValues authorization, out string? name)
    {
        name = null;
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

        // Both are always compared: the time taken must not tell a wrong name from a wrong password.
        return _username.Matches(decoded.AsSpan(0, colon)) & _password.Matches(decoded.AsSpan(colon + 1, length - colon - 1));
    }
}
