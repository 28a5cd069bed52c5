namespace Federation.Actors.Settings;

/// <summary>Where the value of a setting came from.</summary>
/// <param name="Kind">The kind of place.</param>
/// <param name="Detail">File name and line (<c>server.conf:12</c>), or the name of the environment variable; otherwise empty.</param>
public sealed record SettingOrigin(SettingOriginKind Kind, string Detail = "")
{
    /// <summary>The built-in default.</summary>
    public static SettingOrigin Default { get; } = new(SettingOriginKind.Default);

    /// <summary>The command line.</summary>
    public static SettingOrigin Override { get; } = new(SettingOriginKind.Override);

    /// <summary>The embedding program.</summary>
    public static SettingOrigin Embedder { get; } = new(SettingOriginKind.Embedder);

    /// <summary>One short phrase, as the effective configuration shows it.</summary>
    /// <returns><c>default</c>, <c>file server.conf:12</c>, <c>--set</c>, <c>environment NATS_URL</c> or <c>embedder</c>.</returns>
    public override string ToString() => Kind switch
    {
        SettingOriginKind.Default => "default",
        SettingOriginKind.File => $"file {Detail}",
        SettingOriginKind.Override => "--set",
        SettingOriginKind.Environment => $"environment {Detail}",
        _ => "embedder",
    };
}
