using System.Globalization;
using System.Net.WebSockets;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Transport;

/// <summary>Makes a peer's offer of permessage-deflate (RFC 7692) one that costs bounded memory.</summary>
/// <remarks>
/// A peer that keeps its compression context between messages makes this end keep a window of up to 32 KiB and zlib's state for
/// as long as the connection lives. A server may forbid that in its answer whether or not the peer mentioned it (section 7.1.1.2),
/// but ASP.NET Core does so only when the peer did: so the parameter is written into the offer before ASP.NET Core reads it.
/// </remarks>
internal static class DeflateOffer
{
    private const string Extension = "permessage-deflate";
    private const string Parameter = "client_no_context_takeover";

    // Where nothing is said of it (section 7.1.2).
    private const int MaxWindowBits = 15;

    /// <summary>
    /// The offers of a <c>Sec-WebSocket-Extensions</c> header, each permessage-deflate among them without context takeover.
    /// </summary>
    public static StringValues WithoutContextTakeover(StringValues offers) =>
        new([.. offers.SelectMany(static header => (header ?? "").Split(',', StringSplitOptions.TrimEntries)).Select(Restrict)]);

    /// <summary>What the answer to an offer has agreed to; null: no compression. Neither end keeps a context then.</summary>
    public static WebSocketDeflateOptions? Agreed(StringValues answer)
    {
        var parts = answer.ToString().Split(';', StringSplitOptions.TrimEntries);
        return !string.Equals(parts[0], Extension, StringComparison.Ordinal) ? null : new WebSocketDeflateOptions
        {
            ClientContextTakeover = false,
            ServerContextTakeover = false,
            ClientMaxWindowBits = WindowBits(parts, "client_max_window_bits="),
            ServerMaxWindowBits = WindowBits(parts, "server_max_window_bits="),
        };
    }

    private static int WindowBits(string[] parts, string parameter) =>
        parts.FirstOrDefault(part => part.StartsWith(parameter, StringComparison.Ordinal)) is { } part
            ? int.Parse(part.AsSpan(parameter.Length), CultureInfo.InvariantCulture)
            : MaxWindowBits;

    private static string Restrict(string offer)
    {
        var parts = offer.Split(';', StringSplitOptions.TrimEntries);
        return string.Equals(parts[0], Extension, StringComparison.Ordinal) && !parts.Contains(Parameter, StringComparer.Ordinal)
            ? $"{offer}; {Parameter}"
            : offer;
    }
}
