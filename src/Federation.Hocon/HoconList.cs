namespace Federation.Hocon;

/// <summary>A list in square brackets.</summary>
/// <param name="items">The values.</param>
/// <param name="origin">The origin of the list.</param>
public sealed class HoconList(IReadOnlyList<HoconNode> items, HoconOrigin origin) : HoconNode(origin)
{
    /// <summary>The values, in order.</summary>
    public IReadOnlyList<HoconNode> Items { get; } = items;

    /// <inheritdoc />
    public override string Describe() => "a list";
}
