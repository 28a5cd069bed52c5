namespace Federation.Actors.Transport;

/// <summary>Whether a page may connect, by its <c>Origin</c> header (RFC 6455 section 10.2). Programs send none and are not held up.</summary>
/// <param name="allowed">Origins as <c>scheme://host[:port]</c>, or <c>*</c> for all; empty for the same origin only.</param>
internal sealed class OriginPolicy(IReadOnlyCollection<string> allowed)
{
    private readonly bool _all = allowed.Contains("*", StringComparer.Ordinal);
    private readonly HashSet<string> _allowed = new(allowed.Select(static origin => origin.TrimEnd('/')), StringComparer.OrdinalIgnoreCase);

    /// <summary>Decides.</summary>
    /// <param name="origin">The header; empty when there is none.</param>
    /// <param name="scheme">The request's own scheme.</param>
    /// <param name="host">The request's own <c>Host</c> header.</param>
    public bool Allows(string origin, string scheme, string host)
    {
        if (origin.Length == 0 || _all)
        {
            return true;
        }

        return _allowed.Count == 0
            ? string.Equals(origin, $"{scheme}://{host}", StringComparison.OrdinalIgnoreCase)
            : _allowed.Contains(origin);
    }
}
