using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>A key that holds a block with keys of its own.</summary>
internal sealed class SettingSection<TOwner, T>(
    string name, SettingsSchema<T> schema, Func<TOwner, T> get, Func<TOwner, T, TOwner> set, Func<TOwner, bool>? written = null)
    : SettingKey<TOwner>(name)
{
    internal override HoconNode Normalize(HoconNode node, string path, SettingsReading reading) =>
        node is HoconMap map ? schema.Normalize(map, path, reading) : node;

    internal override TOwner Read(TOwner owner, HoconNode node, string path, SettingsReading reading)
    {
        if (node is HoconMap map)
        {
            return set(owner, schema.Read(get(owner), map, path, reading));
        }

        reading.Fault(SettingsFault.Unexpected(path, node.Describe(), "a block"));
        return owner;
    }

    internal override void Check(TOwner owner, string path, SettingsReading reading) => schema.Check(get(owner), path, reading);

    internal override IEnumerable<KeyValuePair<string, string>> Write(TOwner owner, string path) =>
        written is null || written(owner) ? schema.Write(get(owner), path) : [];

    internal override IEnumerable<KeyValuePair<string, string>> Describe(string path) => schema.Describe(path);
}
