using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>One key of a block, known by name: how it is read into a record, bounded, and written.</summary>
internal abstract class SettingKey<TOwner>(string name)
{
    internal string Name { get; } = name;

    /// <summary>What faults and reference.conf say is expected, for keys that hold a value; empty for blocks.</summary>
    internal virtual string Expected => "";

    /// <summary>Spells the keys inside this one's value as the schema does, and reports those it does not know.</summary>
    internal virtual HoconNode Normalize(HoconNode node, string path, SettingsReading reading) => node;

    /// <summary>The owner with this key's value in it; faults are reported and leave the owner as it was.</summary>
    internal abstract TOwner Read(TOwner owner, HoconNode node, string path, SettingsReading reading);

    /// <summary>Reports values that are out of range, for records that no configuration was read into.</summary>
    internal abstract void Check(TOwner owner, string path, SettingsReading reading);

    /// <summary>Every path under this key with its value as HOCON.</summary>
    internal abstract IEnumerable<KeyValuePair<string, string>> Write(TOwner owner, string path);

    /// <summary>Every key under this one that holds a value, with what it expects.</summary>
    internal virtual IEnumerable<KeyValuePair<string, string>> Describe(string path) => [new(path, Expected)];
}
