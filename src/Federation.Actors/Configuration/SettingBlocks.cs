using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>A key that holds a list of blocks.</summary>
internal sealed class SettingBlocks<TOwner, T>(
    string name, SettingsSchema<T> schema, Func<T> start, Func<TOwner, IReadOnlyList<T>> get, Func<TOwner, IReadOnlyList<T>, TOwner> set)
    : SettingKey<TOwner>(name)
{
    internal override string Expected => "a list of blocks";

    internal override HoconNode Normalize(HoconNode node, string path, SettingsReading reading) =>
        node is HoconList list
            ? new HoconList(
                [.. list.Items.Select((item, i) => item is HoconMap map ? schema.Normalize(map, $"{path}[{i}]", reading) : item)], list.Origin)
            : node;

    internal override TOwner Read(TOwner owner, HoconNode node, string path, SettingsReading reading)
    {
        if (node is not HoconList list)
        {
            reading.Fault(SettingsFault.Unexpected(path, node.Describe(), Expected));
            return owner;
        }

        var items = new List<T>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            var item = list.Items[i];
            if (item is HoconMap map)
            {
                items.Add(schema.Read(start(), map, $"{path}[{i}]", reading));
            }
            else
            {
                reading.Fault(SettingsFault.Unexpected($"{path}[{i}]", item.Describe(), "a block"));
            }
        }

        reading.Origins[path] = node.Origin;
        return set(owner, items);
    }

    internal override void Check(TOwner owner, string path, SettingsReading reading)
    {
        var items = get(owner);
        for (var i = 0; i < items.Count; i++)
        {
            schema.Check(items[i], $"{path}[{i}]", reading);
        }
    }

    internal override IEnumerable<KeyValuePair<string, string>> Write(TOwner owner, string path)
    {
        var blocks = get(owner).Select(item => "{" + string.Join(", ", schema.Write(item, "").Select(pair => $"{pair.Key} = {pair.Value}")) + "}");
        return [new(path, "[" + string.Join(", ", blocks) + "]")];
    }

    internal override IEnumerable<KeyValuePair<string, string>> Describe(string path) =>
        [new(path, Expected), .. schema.Describe(path)];
}
