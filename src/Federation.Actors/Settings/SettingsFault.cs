namespace Federation.Actors;

/// <summary>One thing wrong with a configuration.</summary>
/// <param name="Path">Full path of the setting, or file, line and column where the text itself is wrong.</param>
/// <param name="Problem">What was found and what was expected, without secrets.</param>
public sealed record SettingsFault(string Path, string Problem)
{
    /// <summary>The fault on one line.</summary>
    /// <returns><c>path: what was found, what was expected</c>.</returns>
    public override string ToString() => $"{Path}: {Problem}";

    internal static SettingsFault Unexpected(string path, string found, string expected) =>
        new(path, $"found {found}, expected {expected}");

    internal static SettingsFault Missing(string path, string expected) => new(path, $"missing, expected {expected}");
}
