namespace Federation.Hocon;

/// <summary>Text, a number, a flag, or null. HOCON does not distinguish them before they are read.</summary>
/// <param name="text">The text.</param>
/// <param name="quoted">Whether the text was in quotes.</param>
/// <param name="origin">The origin of the value.</param>
public sealed class HoconScalar(string text, bool quoted, HoconOrigin origin) : HoconNode(origin)
{
    private const int LongestShown = 80;

    /// <summary>The text without quotes, with escapes replaced.</summary>
    public string Text { get; } = text;

    /// <summary>Whether any part was in quotes or came from an environment variable. The value is then a text.</summary>
    public bool Quoted { get; } = quoted;

    /// <summary>Whether the value is <c>null</c> without quotes.</summary>
    public bool IsNull => !Quoted && string.Equals(Text, "null", StringComparison.Ordinal);

    /// <inheritdoc />
    public override string Describe()
    {
        var shown = Redaction.OfUrls(Text);
        return HoconWriter.Quote(shown.Length > LongestShown ? string.Concat(shown.AsSpan(0, LongestShown), "...") : shown);
    }
}
