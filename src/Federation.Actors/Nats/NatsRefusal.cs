namespace Federation.Actors.Nats;

/// <summary>An <c>-ERR</c> line of the server that refuses a subscription or a publish.</summary>
/// <param name="IsSubscription">True for a subscription, false for a publish.</param>
/// <param name="Subject">The refused subject; empty when the server does not name it.</param>
/// <param name="Queue">The queue group of a refused subscription; empty: none.</param>
/// <param name="Text">The server's words.</param>
internal sealed record NatsRefusal(bool IsSubscription, string Subject, string Queue, string Text)
{
    private const string Subscription = "permissions violation for subscription to \"";
    private const string Publish = "permissions violation for publish to \"";
    private const string InQueue = "\" using queue \"";
    private const string TooMany = "maximum subscriptions exceeded";

    /// <summary>Reads the text of an <c>-ERR</c> line.</summary>
    /// <returns>Null when it refuses neither.</returns>
    public static NatsRefusal? Parse(string error)
    {
        if (Quoted(error, Subscription) is { } subject)
        {
            return new(true, subject, Quoted(error, InQueue) ?? "", error);
        }

        if (Quoted(error, Publish) is { } published)
        {
            return new(false, published, "", error);
        }

        return error.Contains(TooMany, StringComparison.OrdinalIgnoreCase) ? new(true, "", "", error) : null;
    }

    /// <summary>The server writes names as Go's %q does: quotes and backslashes are escaped.</summary>
    private static string? Quoted(string text, string before)
    {
        var start = text.IndexOf(before, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return null;
        }

        start += before.Length;
        var end = start;
        while (end < text.Length && text[end] != '"')
        {
            end += text[end] == '\\' ? 2 : 1;
        }

        return end >= text.Length ? null : text[start..end].Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);
    }
}
