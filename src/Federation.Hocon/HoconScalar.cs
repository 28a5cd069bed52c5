namespace Federation.Hocon;

/// <summary>Text, a number, a flag, or null: HOCON does not tell them apart before they are read.</summary>
/// <param name="text">Its text.</param>
/// <param name="quoted">Whether it was in quotes.</param>
/// <param name="origin">Where it came from.</param>
public sealed class HoconScalar(string text, bool quoted, HoconOrigin origin) : HoconNode(origin)
{
    private const int LongestShown = 80;

    /// <summary>Its text, without quotes and with escapes replaced.</summary>
    public string Text { get; } = text;

    /// <summary>Whether any of it was in quotes, or came from an environment variable: it is text then.</summary>
    public bool Quoted { get; } = quoted;

    /// <summary>Whether it is <c>null</c> without quotes.</summary>
    public bool IsNull => !Quoted && string.Equals(Text, "null", StringComparison.Ordinal);

    /// <inheritdoc />
    public override string Describe()
    {
        var shown = Redaction.OfUrls(Text);
        return HoconWriter.Quote(shown.Length > LongestShown ? string.Concat(shown.AsSpan(0, LongestShown), "...") : shown);
    }
}
