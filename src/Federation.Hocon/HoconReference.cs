namespace Federation.Hocon;

/// <summary><c>${path}</c> or <c>${?path}</c>.</summary>
internal sealed class HoconReference(string path, bool optional, string position, HoconOrigin origin) : HoconNode(origin)
{
    internal string Path { get; } = path;

    internal bool Optional { get; } = optional;

    /// <summary>File, line and column.</summary>
    internal string Position { get; } = position;

    public override string Describe() => $"${{{(Optional ? "?" : "")}{Path}}}";
}
