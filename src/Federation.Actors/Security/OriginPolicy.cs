namespace Federation.Actors.Security;

/// <summary>The web pages that may open a connection, by their browser's <c>Origin</c> header (RFC 6454). Immutable and
/// thread-safe.</summary>
/// <remarks>Protects users of browsers. A program may write any origin, and is stopped by credentials.</remarks>
internal sealed class OriginPolicy
{
    private readonly bool _any;
    private readonly HashSet<string> _allowed;

    /// <param name="allowedOrigins"><c>scheme://host[:port]</c>, <c>null</c>, a scheme alone such as <c>file://</c>, or <c>*</c> for any;
    /// besides the same origin.</param>
    public OriginPolicy(IEnumerable<string> allowedOrigins)
    {
        _allowed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in allowedOrigins)
        {
            if (string.Equals(entry, "*", StringComparison.Ordinal))
            {
                _any = true;
            }
            else
            {
                // What is not a web origin is compared as it stands.
                _allowed.Add(Normalize(entry) ?? entry);
            }
        }
    }

    /// <summary>A request without an origin is allowed: no browser sends it.</summary>
    public bool Allows(string? origin, string scheme, string host)
    {
        if (origin is null || _any)
        {
            return true;
        }

        return Normalize(origin) is { } normal
            ? _allowed.Contains(normal) || string.Equals(normal, Normalize($"{scheme}://{host}"), StringComparison.Ordinal)
            : _allowed.Contains(origin);
    }

    private static string? Normalize(string origin)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0)
        {
            return null;
        }

        // An origin ends after the port: no path, not even "/", no query, no fragment.
        var authority = origin.IndexOf("://", StringComparison.Ordinal) + 3;
        if (authority < 3 || origin.AsSpan(authority).IndexOfAny("/\\?# ") >= 0)
        {
            return null;
        }

        return $"{uri.Scheme}://{uri.IdnHost.ToLowerInvariant()}:{uri.Port}";
    }
}
