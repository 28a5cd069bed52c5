using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Transport;

/// <summary>The names peers go by. A name becomes a token of a NATS subject, hence its narrow alphabet.</summary>
internal static class PeerIdentity
{
    /// <summary>Header in which a peer says its lasting name.</summary>
    public const string Header = "X-Federation-Peer";

    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>Whether <paramref name="name"/> is 1 to 64 of <c>A-Za-z0-9_-</c>.</summary>
    public static bool IsValid(string? name) =>
        name is { Length: > 0 and <= MaxLength } && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    /// <summary>Reads the header.</summary>
    /// <param name="header">Its values.</param>
    /// <param name="name">The name; null when there is no header.</param>
    /// <returns>False when the header is there and holds no valid name, or several.</returns>
    public static bool TryRead(StringValues header, out string? name)
    {
        name = header.Count == 1 ? header[0] : null;
        return header.Count == 0 || IsValid(name);
    }
}
