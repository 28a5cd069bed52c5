namespace Federation.Actors.Protocol;

/// <summary>Names of nodes, components and ports: 1 to 64 of <c>A-Za-z0-9_-</c>, so that each can be a subject token.</summary>
internal static class NodeName
{
    internal const int MaxLength = 64;

    internal const string GeneratedPrefix = "client-";

    internal static string OfThisHost { get; } = FromHost(Environment.MachineName);

    internal static string FromHost(string host)
    {
        var name = string.Create(Math.Min(host.Length, MaxLength), host, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = IsAllowed(source[i]) ? source[i] : '_';
            }
        });
        return name.Length == 0 ? "node" : name;
    }

    internal static bool IsValid(string name) => name.Length is > 0 and <= MaxLength && name.All(IsAllowed);

    /// <summary>A generated name cannot be claimed.</summary>
    internal static bool IsGenerated(string name) => name.Length > GeneratedPrefix.Length
        && name.StartsWith(GeneratedPrefix, StringComparison.Ordinal)
            && !name.AsSpan(GeneratedPrefix.Length).ContainsAnyExceptInRange('0', '9');

    internal static bool IsValidOrEmpty(string name) => name.Length == 0 || IsValid(name);

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}

internal sealed record PeerName(string Identity, bool Lasting)
{
    public static PeerName None { get; } = new("none", Lasting: false);

    /// <summary>True when a credential proves the name: a certificate, or a token of its own. False: claimed or generated.</summary>
    public bool Vouched { get; init; }

    /// <summary>False when the node generated the name, which another peer has after a restart.</summary>
    public bool IsOwn => !NodeName.IsGenerated(Identity);
}
