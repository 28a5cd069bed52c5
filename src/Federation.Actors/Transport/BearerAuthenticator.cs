using System.Text;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Transport;

/// <summary>One token shared by all peers, as <c>Authorization: Bearer</c> (RFC 6750).</summary>
internal sealed class BearerAuthenticator : PeerAuthenticator
{
    private readonly SecretDigest _token;

    public BearerAuthenticator(string token) => _token = new SecretDigest(token);

    /// <inheritdoc />
    public override string Challenge => "Bearer";

    /// <inheritdoc />
    public override bool Accepts(StringValues authorization) =>
        Credentials(authorization, "Bearer") is { } token && _token.Matches(Encoding.UTF8.GetBytes(token));
}
