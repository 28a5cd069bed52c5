namespace Federation.Actors;

/// <summary>An error in a configuration.</summary>
/// <param name="Path">Full path of the setting, or file, line and column of a syntax error.</param>
/// <param name="Problem">The found and the expected value, without secrets.</param>
public sealed record SettingsFault(string Path, string Problem)
{
    /// <summary>The error as one line.</summary>
    /// <returns><c>path: found ..., expected ...</c>.</returns>
    public override string ToString() => $"{Path}: {Problem}";

    internal static SettingsFault Unexpected(string path, string found, string expected) =>
        new(path, $"found {found}, expected {expected}");

    internal static SettingsFault Missing(string path, string expected) => new(path, $"missing, expected {expected}");
}
