namespace Federation.Hocon;

/// <summary>Values side by side, at least one of them a reference; the blanks between them are scalars of their own.</summary>
internal sealed class HoconConcat(IReadOnlyList<HoconNode> parts, string position, HoconOrigin origin) : HoconNode(origin)
{
    internal IReadOnlyList<HoconNode> Parts { get; } = parts;

    /// <summary>File, line and column.</summary>
    internal string Position { get; } = position;

    public override string Describe() => "a concatenation";
}
