namespace Federation.Hocon;

/// <summary>A list in square brackets.</summary>
/// <param name="items">Its values.</param>
/// <param name="origin">Where it came from.</param>
public sealed class HoconList(IReadOnlyList<HoconNode> items, HoconOrigin origin) : HoconNode(origin)
{
    /// <summary>Its values, in order.</summary>
    public IReadOnlyList<HoconNode> Items { get; } = items;

    /// <inheritdoc />
    public override string Describe() => "a list";
}
