using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Federation.Actors.Configuration;

internal static partial class SettingTexts
{
    private const string OwnSubject = "{subject}";

    internal static bool Any(string text) => !text.Contains('\0', StringComparison.Ordinal);

    internal static bool IsVariableName(string text) => IsMetricPrefix(text) && !text.Contains(':', StringComparison.Ordinal);

    internal static bool IsMetricPrefix(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');

    internal static bool IsTlsVersion(string text) => text is "1.2" or "1.3";

    internal static bool IsHost(string text) => Uri.CheckHostName(text) is not (UriHostNameType.Unknown or UriHostNameType.Basic);

    /// <summary>A numeric address of version 6 is in brackets.</summary>
    internal static bool IsHostAndPort(string text) => text.LastIndexOf(':') is var colon and > 0
        && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
        && (text[0] is '['
            ? text[colon - 1] is ']' && IsHost(text[1..(colon - 1)])
            : !text[..colon].Contains(':', StringComparison.Ordinal) && IsHost(text[..colon]));

    /// <summary>Without query, fragment, blanks, or the brackets and stars of routes.</summary>
    internal static bool IsPath(string text) =>
        text.StartsWith('/') && text.All(c => char.IsAscii(c) && !char.IsControl(c) && !" ?#{}*\\".Contains(c, StringComparison.Ordinal));

    /// <summary>An <c>Origin</c> header's value, or a star: also <c>null</c>, and a scheme alone as some libraries send it, such as
    /// <c>file://</c>.</summary>
    internal static bool IsOrigin(string text) =>
        text is "*" or "null" || (text.EndsWith("://", StringComparison.Ordinal) && Uri.CheckSchemeName(text[..^3]))
        || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0
            && uri.PathAndQuery is "/" or "" && !text.EndsWith('/') && !text.Contains('#', StringComparison.Ordinal));

    internal static bool IsAddressOrNetwork(string text) => text.Contains('/', StringComparison.Ordinal)
        ? IPNetwork.TryParse(text, out _)
        : text.AsSpan().ContainsAny('.', ':') && IPAddress.TryParse(text, out _);

    /// <summary>A token of HTTP (RFC 9110 section 5.6.2).</summary>
    internal static bool IsHttpToken(string text) =>
        text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    internal static bool IsSubprotocol(string text) => IsHttpToken(text) && !text.StartsWith("bearer.", StringComparison.Ordinal);

    internal static bool IsWebSocketUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "ws" or "wss" && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;

    internal static bool IsProxyUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "socks4" or "socks5" && uri.Host.Length > 0 && uri.UserInfo.Length == 0;

    internal static bool AreNatsUrls(string text) => text.Split(',').All(url =>
        Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "nats" or "tls" or "ws" or "wss" && uri.Host.Length > 0);

    internal static bool IsSubjectTemplate(string text) => IsSubject(Placeholder().Replace(WithoutOwnSubject(text), "x"));

    internal static bool IsSubjectPrefix(string text) => IsSubject(text + "x");

    internal static bool IsSubject(string text) => IsSubjectPattern(text) && !HasWildcard(text);

    /// <summary>Several tokens are possible at the end only.</summary>
    private static string WithoutOwnSubject(string text) => text is OwnSubject ? "x"
        : text.EndsWith("." + OwnSubject, StringComparison.Ordinal) ? string.Concat(text.AsSpan(0, text.Length - OwnSubject.Length), "x")
        : text;

    internal static bool IsSubjectPattern(string text) => text.Split('.').All(token =>
        token.Length > 0 && token.All(c => !char.IsWhiteSpace(c) && !char.IsControl(c) && c is not ('{' or '}')));

    /// <summary>Wildcards are whole tokens, and <c>&gt;</c> is the last one.</summary>
    internal static bool IsSubscription(string text) => IsSubjectPattern(text)
        && text.Split('.') is var tokens && tokens.All(static token => token.Length == 1 || !HasWildcard(token))
        && Array.IndexOf(tokens, ">") is var rest && (rest < 0 || rest == tokens.Length - 1);

    internal static bool IsMethod(string text) => text.Length > 0 && !text.Any(char.IsWhiteSpace);

    /// <summary>A subscription, perhaps with a placeholder for the peer as one of its tokens.</summary>
    internal static bool IsInputSubject(string text)
    {
        var tokens = text.Split('.');
        var place = Array.IndexOf(tokens, InputPortSettings.PeerPlaceholder);
        if (place >= 0)
        {
            tokens[place] = "*";
        }

        return IsSubscription(string.Join('.', tokens));
    }

    private static bool HasWildcard(string text) => text.AsSpan().ContainsAny('*', '>');

    internal static bool IsStreamName(string text) =>
        text.All(c => char.IsAscii(c) && !char.IsWhiteSpace(c) && !char.IsControl(c) && c is not ('.' or '*' or '>' or '/' or '\\'));

    [GeneratedRegex(@"\{(peer|component|type|payload\.[^{}\s]*[^{}.\s])\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
