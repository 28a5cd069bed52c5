using System.Net.Http.Headers;
using System.Text;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Security;

/// <summary>The secrets of one handshake, which a server may repeat and a log must not.</summary>
internal sealed class SentSecrets
{
    /// <summary>Shorter parts of a query are not secrets, and occur in many words.</summary>
    private const int LeastLength = 4;

    private const string Mask = "***";

    private readonly IReadOnlyList<string> _secrets;

    public SentSecrets(Uri url, string? authorization) => _secrets =
    [
        .. Query(url).Concat(Credentials(authorization)).Where(static secret => secret.Length >= LeastLength)
            .Distinct(StringComparer.Ordinal).OrderByDescending(static secret => secret.Length),
    ];

    public string Clean(string? text)
    {
        foreach (var secret in text is null ? [] : _secrets)
        {
            text = text!.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return SafeText.Of(text);
    }

    private static IEnumerable<string> Query(Uri url) => url.Query.TrimStart('?').Split('&').SelectMany(static part =>
    {
        var value = part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return new[] { value, Uri.UnescapeDataString(value) };
    });

    private static IEnumerable<string> Credentials(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header) || header.Parameter is not { } shown)
        {
            return [];
        }

        var decoded = new byte[shown.Length];
        return string.Equals(header.Scheme, "Basic", StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(shown, decoded, out var length)
            && Encoding.UTF8.GetString(decoded, 0, length) is var pair
            ? [shown, pair, pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..]]
            : [shown];
    }
}
