using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>The keys of one block. It is the only place that says what they are called, hold and accept.</summary>
internal sealed class SettingsSchema<T>(params IReadOnlyList<SettingKey<T>> keys)
{
    private readonly Dictionary<string, SettingKey<T>> _byName = keys.ToDictionary(key => key.Name, StringComparer.Ordinal);

    /// <summary>Turns kebab-case into snake_case, and reports keys that are unknown or given both ways.</summary>
    internal HoconMap Normalize(HoconMap block, string path, SettingsReading reading)
    {
        var normalized = new HoconMap(block.Origin);
        foreach (var (written, value) in block.Entries)
        {
            var name = written.Replace('-', '_');
            var keyPath = HoconWriter.Join(path, written);
            if (!_byName.TryGetValue(name, out var key))
            {
                reading.Fault(new SettingsFault(keyPath, $"found an unknown key, expected {Spelling.Nearest(name, [.. _byName.Keys])}"));
            }
            else if (normalized[name] is not null)
            {
                reading.Fault(SettingsFault.Unexpected(
                    HoconWriter.Join(path, name), $"both {name} and {name.Replace('_', '-')}", "one of them"));
            }
            else
            {
                normalized[name] = key.Normalize(value, HoconWriter.Join(path, name), reading);
            }
        }

        return normalized;
    }

    /// <summary>Reads a normalized block over what the record already holds.</summary>
    internal T Read(T start, HoconMap block, string path, SettingsReading reading) => keys.Aggregate(start, (owner, key) =>
        block[key.Name] is { } node and not HoconScalar { IsNull: true }
            ? key.Read(owner, node, HoconWriter.Join(path, key.Name), reading)
            : owner);

    internal void Check(T owner, string path, SettingsReading reading)
    {
        foreach (var key in keys)
        {
            key.Check(owner, HoconWriter.Join(path, key.Name), reading);
        }
    }

    internal IEnumerable<KeyValuePair<string, string>> Write(T owner, string path) =>
        keys.SelectMany(key => key.Write(owner, HoconWriter.Join(path, key.Name)));

    internal IEnumerable<KeyValuePair<string, string>> Describe(string path) =>
        keys.SelectMany(key => key.Describe(HoconWriter.Join(path, key.Name)));
}
