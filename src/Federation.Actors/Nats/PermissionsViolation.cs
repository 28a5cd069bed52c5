using System.Globalization;
using System.Text;

namespace Federation.Actors.Nats;

/// <summary>What a NATS server says when a user's permissions do not allow something: <c>Permissions Violation for Publish to "a.b"</c>. Pure.</summary>
internal static class PermissionsViolation
{
    private const string Publish = "Permissions Violation for Publish to ";
    private const string Subscription = "Permissions Violation for Subscription to ";

    /// <summary>The subject that may not be published to, as it was published; null when the error says something else.</summary>
    public static string? OfPublish(string error) => Subject(error, Publish);

    /// <summary>The subject that may not be subscribed to; null when the error says something else.</summary>
    public static string? OfSubscription(string error) => Subject(error, Subscription);

    private static string? Subject(string error, string start) =>
        error.StartsWith(start, StringComparison.OrdinalIgnoreCase) && error.Length > start.Length && error[start.Length] == '"' ? Unquote(error.AsSpan(start.Length + 1)) : null;

    /// <summary>Resolves what Go's <c>%q</c> has escaped, up to the closing quote.</summary>
    /// <seealso href="https://pkg.go.dev/strconv#Quote"/>
    private static string Unquote(ReadOnlySpan<char> quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length && quoted[i] != '"'; i++)
        {
            if (quoted[i] != '\\' || i + 1 == quoted.Length)
            {
                text.Append(quoted[i]);
                continue;
            }

            var kind = quoted[++i];
            var digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (digits > 0 && i + digits < quoted.Length
                && int.TryParse(quoted.Slice(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                && Rune.TryCreate(code, out var rune))
            {
                text.Append(rune.ToString());
                i += digits;
            }
            else
            {
                text.Append(kind switch { 'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', _ => kind });
            }
        }

        return text.ToString();
    }
}
