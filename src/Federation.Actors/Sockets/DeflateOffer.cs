using System.Globalization;
using System.Net.WebSockets;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Sockets;

/// <summary>Selects a well-formed offer of permessage-deflate (RFC 7692 section 7) that needs bounded memory.</summary>
/// <remarks>A peer that keeps its compression context makes this end keep up to 32 KiB and zlib's state for the life of the connection. A
/// server may forbid that whether or not the peer mentioned it (section 7.1.1.2), but ASP.NET Core does so only when the peer did: the
/// parameter is therefore written into the offer before ASP.NET Core reads it. ASP.NET Core also accepts offers that must be
/// declined.</remarks>
internal static class DeflateOffer
{
    /// <summary>The offer of a dialling end, which <see cref="IsAnswer"/> checks the answer to.</summary>
    public const string Offer = $"{Extension}; {ClientTakeover}; {ServerTakeover}";

    private const string Extension = "permessage-deflate";
    private const string ClientTakeover = "client_no_context_takeover";
    private const string ServerTakeover = "server_no_context_takeover";
    private const string ClientBits = "client_max_window_bits";
    private const string ServerBits = "server_max_window_bits";

    // Where nothing is said of it (section 7.1.2).
    internal const int MaxWindowBits = 15;

    // RFC 7692 allows 8, which zlib does not for raw deflate.
    private const int MinWindowBits = 9;

    /// <summary>The first acceptable offer in <c>Sec-WebSocket-Extensions</c>, without context takeover; empty when there is
    /// none.</summary>
    public static StringValues Acceptable(StringValues offers)
    {
        foreach (var header in offers)
        {
            foreach (var offer in (header ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                if (Restrict(offer) is { } restricted)
                {
                    return restricted;
                }
            }
        }

        return StringValues.Empty;
    }

    /// <summary>The agreed options; null: no compression. Neither end keeps a context.</summary>
    public static WebSocketDeflateOptions? Agreed(StringValues answer)
    {
        var parts = answer.ToString().Split(';', StringSplitOptions.TrimEntries);
        return !string.Equals(parts[0], Extension, StringComparison.Ordinal) ? null : new WebSocketDeflateOptions
        {
            ClientContextTakeover = false,
            ServerContextTakeover = false,
            ClientMaxWindowBits = AgreedBits(parts, ClientBits + "="),
            ServerMaxWindowBits = AgreedBits(parts, ServerBits + "="),
        };
    }

    /// <summary>Whether a server may answer <see cref="Offer"/> like this: without contexts (section 7.1.1.1), and without a parameter for
    /// the window of the client, which was not offered (7.1.2.2).</summary>
    public static bool IsAnswer(string answer)
    {
        var parts = answer.Split(';', StringSplitOptions.TrimEntries);
        var parameters = parts.AsSpan(1);
        return string.Equals(parts[0], Extension, StringComparison.Ordinal)
            && parameters.Contains(ServerTakeover)
            && parts.Distinct(StringComparer.Ordinal).Count() == parts.Length
            && parts.Count(IsServerBits) <= 1
            && Array.TrueForAll(parts, static part => part is Extension or ClientTakeover or ServerTakeover || IsServerBits(part));

        static bool IsServerBits(string part) => part.StartsWith(ServerBits + "=", StringComparison.Ordinal)
            && (part[(ServerBits.Length + 1)..] is "8" || Bits(part[(ServerBits.Length + 1)..]) is not null);
    }

    // A window of 8 bits is none for zlib; a larger one decompresses as well.
    private static int AgreedBits(string[] parts, string parameter) =>
        parts.FirstOrDefault(part => part.StartsWith(parameter, StringComparison.Ordinal)) is { } part
            ? Math.Max(MinWindowBits, int.Parse(part.AsSpan(parameter.Length), CultureInfo.InvariantCulture))
            : MaxWindowBits;

    /// <returns>Null for an offer that must be declined: another extension, or an unknown, repeated or malformed parameter (section
    /// 7.1).</returns>
    private static string? Restrict(string offer)
    {
        var parts = offer.Split(';', StringSplitOptions.TrimEntries);
        if (!string.Equals(parts[0], Extension, StringComparison.Ordinal))
        {
            return null;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var restricted = $"{Extension}; {ClientTakeover}";
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals].TrimEnd();
            var value = equals < 0 ? null : Unquote(part[(equals + 1)..].TrimStart());
            if (!seen.Add(name) || Accept(name, value) is not { } accepted)
            {
                return null;
            }

            restricted += accepted;
        }

        return restricted;
    }

    /// <returns>The parameter to pass on; null when the offer must be declined.</returns>
    private static string? Accept(string name, string? value) => (name, value) switch
    {
        (ClientTakeover, null) => "",
        (ServerTakeover, null) => "; " + ServerTakeover,
        (ClientBits, null) => "; " + ClientBits,

        // A hint: the peer's window is no larger. Larger ones here decompress as well.
        (ClientBits, "8") => "",
        (ClientBits, not null) when Bits(value) is { } bits => $"; {ClientBits}={bits}",
        (ServerBits, not null) when Bits(value) is { } bits => $"; {ServerBits}={bits}",
        _ => null,
    };

    private static int? Bits(string value) =>
        value.Length is 1 or 2 && value[0] != '0' && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
            && bits is >= MinWindowBits and <= MaxWindowBits ? bits : null;

    private static string Unquote(string value) => value is ['"', _, .., '"'] ? value[1..^1] : value;
}
