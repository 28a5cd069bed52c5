using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Security;

/// <summary>Lets everyone in: <c>auth.type = none</c>.</summary>
internal sealed class NoAuthenticator : PeerAuthenticator
{
    /// <inheritdoc />
    public override string Challenge => "";

    /// <inheritdoc />
    public override bool Accepts(StringValues authorization, out string? name)
    {
        name = null;
        return true;
    }
}
