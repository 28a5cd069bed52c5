using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federation.Actors.Configuration;
using Federation.Actors.Protocol;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Sockets.Server;

/// <summary>The names of peers. A name becomes a token of a NATS subject, hence its narrow alphabet.</summary>
internal static class PeerIdentity
{
    /// <summary>Object identifier of a CN (RFC 4519 section 2.3).</summary>
    private const string CommonName = "2.5.4.3";

    public const int MaxLength = 64;

    /// <summary>1 to 64 of <c>A-Za-z0-9_-</c>.</summary>
    public static bool IsValid(string? name) =>
        name is { Length: > 0 and <= MaxLength } && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    /// <summary>The most specific CN of a verified certificate's subject, or null: its other attributes are not unique.</summary>
    public static string? CommonNameOf(X509Certificate2? certificate) => CommonNameOf(certificate?.SubjectName);

    /// <summary>Of a proxy's value: a subject such as <c>CN=edge-7,O=Acme</c> (RFC 4514), or the CN alone.</summary>
    public static string? CommonNameIn(string told)
    {
        if (!told.Contains('=', StringComparison.Ordinal))
        {
            return told.Length == 0 ? null : told;
        }

        try
        {
            return CommonNameOf(new X500DistinguishedName(told));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string? CommonNameOf(X500DistinguishedName? subject)
    {
        var name = subject?.EnumerateRelativeDistinguishedNames()
            .FirstOrDefault(
                static part => !part.HasMultipleElements && part.GetSingleElementType().Value is CommonName)?.GetSingleElementValue();
        return string.IsNullOrEmpty(name) ? null : name;
    }

    public static string OfServer(Uri server) => NodeName.FromHost($"{server.Host}_{server.Port}");

    /// <returns>False when the header has no valid name, or several.</returns>
    public static bool TryRead(StringValues header, out string? name)
    {
        name = header.Count == 1 ? header[0] : null;
        return header.Count == 0 || IsValid(name);
    }
}
