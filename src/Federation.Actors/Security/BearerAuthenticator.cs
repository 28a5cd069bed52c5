using System.Text;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Security;

/// <summary>Tokens as <c>Authorization: Bearer</c> (RFC 6750): shared by all peers, or a peer's own, which then says who it is.</summary>
internal sealed class BearerAuthenticator(IReadOnlyList<AcceptedToken> tokens) : PeerAuthenticator
{
    /// <inheritdoc />
    public override string Challenge => "Bearer";

    /// <inheritdoc />
    public override bool Accepts(StringValues authorization, out string? name)
    {
        name = null;
        if (Credentials(authorization, "Bearer") is not { } shown)
        {
            return false;
        }

        // Compared with all, even after a match: the time taken must not tell which one it was.
        var candidate = Encoding.UTF8.GetBytes(shown);
        AcceptedToken? match = null;
        foreach (var token in tokens)
        {
            match = token.Matches(candidate) ? token : match;
        }

        name = match?.Name;
        return match is not null;
    }
}
