namespace Federation.Hocon;

/// <summary>The origin of a value.</summary>
/// <param name="Kind">The kind of origin.</param>
/// <param name="Detail">File name and line (<c>server.conf:12</c>), or the name of the environment variable; otherwise empty.</param>
public sealed record HoconOrigin(HoconOriginKind Kind, string Detail = "")
{
    /// <summary>The built-in default.</summary>
    public static HoconOrigin Default { get; } = new(HoconOriginKind.Default);

    /// <summary>The command line.</summary>
    public static HoconOrigin Override { get; } = new(HoconOriginKind.Override);

    /// <summary>The embedding program.</summary>
    public static HoconOrigin Embedder { get; } = new(HoconOriginKind.Embedder);

    /// <summary>A short phrase, as shown in the effective configuration.</summary>
    /// <returns><c>default</c>, <c>file server.conf:12</c>, <c>--set</c>, <c>environment NATS_URL</c> or <c>embedder</c>.</returns>
    public override string ToString() => Kind switch
    {
        HoconOriginKind.Default => "default",
        HoconOriginKind.File => $"file {Detail}",
        HoconOriginKind.Override => "--set",
        HoconOriginKind.Environment => $"environment {Detail}",
        _ => "embedder",
    };
}
