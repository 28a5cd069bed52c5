namespace Federation.Actors.Settings;

/// <summary>A list in square brackets.</summary>
internal sealed class HoconList(IReadOnlyList<HoconNode> items, SettingOrigin origin) : HoconNode(origin)
{
    internal IReadOnlyList<HoconNode> Items { get; } = items;

    internal override string Describe() => "a list";
}
