namespace Federation.Hocon;

/// <summary>The right side of <c>+=</c>.</summary>
internal sealed class HoconAppend(HoconNode item) : HoconNode(item.Origin)
{
    internal HoconNode Item { get; } = item;

    public override string Describe() => "an addition to a list";
}
