using System.Globalization;
using System.Text;
using Federation.Actors.Protocol;

namespace Federation.Actors.Nats;

/// <summary>An <c>-ERR</c> line of the server that refuses a subscription or a publish.</summary>
internal sealed record NatsRefusal(bool IsSubscription, string Subject, string Queue, string Text)
{
    /// <returns>Null when the error refuses neither.</returns>
    public static NatsRefusal? Parse(string error)
    {
        if (Quoted(error, NatsErrors.SubscriptionDenied) is { } subject)
        {
            return new(true, subject, Quoted(error, NatsErrors.InQueue) ?? "", error);
        }

        if (Quoted(error, NatsErrors.PublishDenied) is { } published)
        {
            return new(false, published, "", error);
        }

        return NatsErrors.Has(error, NatsErrors.TooManySubscriptions) ? new(true, "", "", error) : null;
    }

    private static string? Quoted(string text, string before)
    {
        var start = text.IndexOf(before, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? null : Unquote(text.AsSpan(start + before.Length));
    }

    /// <summary>Resolves the escapes of Go's <c>%q</c> up to the closing quote; null when there is none.</summary>
    /// <seealso href="https://pkg.go.dev/strconv#Quote"/>
    private static string? Unquote(ReadOnlySpan<char> quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == '"')
            {
                return text.ToString();
            }

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
                text.Append(
                    kind switch { 'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', _ => kind });
            }
        }

        return null;
    }
}
