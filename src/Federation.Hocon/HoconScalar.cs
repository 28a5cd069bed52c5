namespace Federation.Actors.Settings;

/// <summary>Text, a number, a flag, or null: HOCON does not tell them apart before they are read.</summary>
internal sealed class HoconScalar(string text, bool quoted, SettingOrigin origin) : HoconNode(origin)
{
    private const int LongestShown = 80;

    internal string Text { get; } = text;

    internal bool Quoted { get; } = quoted;

    internal bool IsNull => !Quoted && string.Equals(Text, "null", StringComparison.Ordinal);

    internal override string Describe()
    {
        var shown = Redaction.OfUrls(Text);
        return HoconWriter.Quote(shown.Length > LongestShown ? string.Concat(shown.AsSpan(0, LongestShown), "...") : shown);
    }
}
