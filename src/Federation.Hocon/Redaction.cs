using System.Text.RegularExpressions;

namespace Federation.Hocon;

internal static partial class Redaction
{
    internal const string Mask = "***";

    internal static bool HasUserInfo(string urls) => urls.Contains('@', StringComparison.Ordinal);

    /// <summary>Replaces everything between <c>://</c> and the last <c>@</c> in each of the comma separated urls.</summary>
    internal static string OfUrls(string urls) =>
        HasUserInfo(urls) ? string.Join(',', UrlSeparator().Split(urls).Select(OfUrl)) : urls;

    private static string OfUrl(string url)
    {
        var at = url.LastIndexOf('@');
        if (at < 0)
        {
            return url;
        }

        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var start = scheme >= 0 && scheme < at ? scheme + 3 : 0;
        return string.Concat(url.AsSpan(0, start), Mask, url.AsSpan(at));
    }

    // A comma followed by no scheme may be part of a password.
    [GeneratedRegex(@",(?=\s*[A-Za-z]+://)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UrlSeparator();
}
