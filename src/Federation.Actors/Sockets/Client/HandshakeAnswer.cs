using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Sockets.Client;

/// <summary>The client's headers and checks in the opening handshake (RFC 6455 section 4.1).</summary>
internal static class HandshakeAnswer
{
    private const string AcceptHeader = "Sec-WebSocket-Accept";

    /// <summary>Added to the key before it is hashed (RFC 6455 section 1.3).</summary>
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private const string ProtocolHeader = "Sec-WebSocket-Protocol";

    private const string ExtensionHeader = "Sec-WebSocket-Extensions";

    /// <summary>A new key, and the headers that ask for a WebSocket with it.</summary>
    /// <param name="subprotocol">What is offered; null: nothing.</param>
    public static string Ask(HttpRequestMessage request, string? subprotocol)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", key);
        if (subprotocol is not null)
        {
            request.Headers.TryAddWithoutValidation(ProtocolHeader, subprotocol);
        }

        return key;
    }

    /// <summary>Offers permessage-deflate.</summary>
    public static void OfferCompression(HttpRequestMessage request) =>
        request.Headers.TryAddWithoutValidation(ExtensionHeader, DeflateOffer.Offer);

    /// <summary>The fault of an answer with status 101, in words; null when it is valid.</summary>
    public static string? Fault(HttpResponseMessage response, string key, string? subprotocol, bool compresses)
    {
        var (upgrade, connection) = (Tokens(response, "Upgrade"), Tokens(response, "Connection"));
        if (upgrade.Count == 0 || upgrade.Exists(static token => !IsToken(token, "websocket")))
        {
            return Unexpected("Upgrade", upgrade, "websocket");
        }

        // A token of a list (RFC 9110 section 7.6.1), beside which proxies and servers put others.
        if (!connection.Exists(static token => IsToken(token, "Upgrade")))
        {
            return Unexpected("Connection", connection, "Upgrade among its tokens");
        }

        if (Tokens(response, AcceptHeader) is not [var accept] || !string.Equals(accept, Accept(key), StringComparison.Ordinal))
        {
            return $"its header {AcceptHeader} does not match the key";
        }

        var isCompressed = compresses && Extension(response) is { } chosen && DeflateOffer.IsAnswer(chosen);
        return (isCompressed ? null : Unoffered(response, ExtensionHeader))
            ?? (HasChosen(response, subprotocol) ? null : Unoffered(response, ProtocolHeader));
    }

    /// <summary>The extension that the server has chosen; null: none, or several.</summary>
    public static string? Extension(HttpResponseMessage response) =>
        Tokens(response, ExtensionHeader) is [var chosen] ? chosen : null;

    /// <summary>Whether the server has chosen the subprotocol that was offered.</summary>
    public static bool HasChosen(HttpResponseMessage response, string? subprotocol) =>
        Tokens(response, ProtocolHeader) is [var chosen] && string.Equals(chosen, subprotocol, StringComparison.Ordinal);

    private static string? Unoffered(HttpResponseMessage response, string header) =>
        Tokens(response, header) is { Count: > 0 } tokens
            ? $"its header {header} is {SafeText.Of(string.Join(", ", tokens))}, which was not offered" : null;

    private static string Unexpected(string header, List<string> tokens, string expected) => tokens.Count == 0
        ? $"it has no header {header}, expected {expected}"
        : $"its header {header} is {SafeText.Of(string.Join(", ", tokens))}, expected {expected}";

    private static bool IsToken(string token, string expected) => string.Equals(token, expected, StringComparison.OrdinalIgnoreCase);

    private static List<string> Tokens(HttpResponseMessage response, string header) =>
        response.Headers.NonValidated.TryGetValues(header, out var values)
        ? [.. values.SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]
        : [];

    [SuppressMessage(
        "Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 6455 says so; it protects nothing.")]
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));
}
