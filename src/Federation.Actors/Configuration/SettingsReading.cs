using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>Reads blocks of a configuration into settings records, and collects what is wrong and where values came from.</summary>
internal sealed class SettingsReading
{
    internal List<SettingsFault> Faults { get; } = [];

    /// <summary>Where each value that is not the record's default came from, by full path.</summary>
    internal Dictionary<string, HoconOrigin> Origins { get; } = new(StringComparer.Ordinal);

    internal void Fault(SettingsFault fault) => Faults.Add(fault);

    /// <summary>Turns kebab-case into snake_case at all levels, and reports keys that are unknown or given both ways.</summary>
    internal HoconMap Normalize(HoconMap block, Type record, string path)
    {
        var normalized = new HoconMap(block.Origin);
        var settings = Setting.Of(record);
        foreach (var (written, value) in block.Entries)
        {
            var key = written.Replace('-', '_');
            if (settings.FirstOrDefault(setting => string.Equals(setting.Key, key, StringComparison.Ordinal)) is not { } setting)
            {
                var nearest = Spelling.Nearest(key, [.. settings.Select(static known => known.Key)]);
                Fault(new SettingsFault(HoconWriter.Join(path, written), $"found an unknown key, expected {nearest}"));
            }
            else if (normalized[key] is not null)
            {
                Fault(SettingsFault.Unexpected(HoconWriter.Join(path, key), $"both {key} and {key.Replace('_', '-')}", "one of them"));
            }
            else
            {
                normalized[key] = Normalize(setting, value, HoconWriter.Join(path, key));
            }
        }

        return normalized;
    }

    private HoconNode Normalize(Setting setting, HoconNode node, string path)
    {
        switch (node)
        {
            case HoconMap map when setting.IsNamed:
                var named = new HoconMap(map.Origin);
                foreach (var (name, value) in map.Entries)
                {
                    named[name] = NormalizeBlock(value, HoconWriter.Join(path, name));
                }

                return named;
            case HoconMap when setting is { Block: not null, IsList: false }:
                return NormalizeBlock(node, path);
            case HoconList list when setting.IsList:
                return new HoconList([.. list.Items.Select((item, i) => NormalizeBlock(item, $"{path}[{i}]"))], list.Origin);
            default:
                return node;
        }

        HoconNode NormalizeBlock(HoconNode value, string at) => value is HoconMap block ? Normalize(block, setting.Block!, at) : value;
    }

    /// <summary>Reads a normalized block over a record; what is faulty leaves the record as it was.</summary>
    internal T Read<T>(T start, HoconMap block, string path)
        where T : class
    {
        var record = Copy(start);
        foreach (var setting in Setting.Of(record.GetType()))
        {
            if (block[setting.Key] is { } node and not HoconScalar { IsNull: true }
                && Read(setting, record, node, block, HoconWriter.Join(path, setting.Key)) is { } value)
            {
                setting.Property.SetValue(record, value);
            }
        }

        return record;
    }

    private object? Read(Setting setting, object owner, HoconNode node, HoconMap block, string path)
    {
        switch (node)
        {
            case var _ when setting.Type is { } type:
                var value = type.TryRead(node, path, out var fault);
                Keep(value is null ? fault : null, value is null ? null : node.Origin, path);
                return value;
            case HoconMap map when setting.IsNamed:
                return map.Entries.Where(static entry => entry.Value is not HoconScalar { IsNull: true })
                    .Select(entry => ReadComponent((FederationSettings)owner, block, entry.Key, entry.Value, path))
                    .OfType<ComponentSettings>().ToArray();
            case HoconMap map when !setting.IsList:
                return Read(setting.Property.GetValue(owner)!, map, path);
            case HoconList list when setting is { IsList: true, IsNamed: false }:
                var items = list.Items.Select((item, i) => ReadItem(setting.Block!, item, $"{path}[{i}]")).OfType<object>().ToArray();
                Origins[path] = node.Origin;
                var typed = Array.CreateInstance(setting.Block!, items.Length);
                items.CopyTo(typed, 0);
                return typed;
            default:
                Fault(SettingsFault.Unexpected(path, node.Describe(), setting.Expected));
                return null;
        }
    }

    private void Keep(SettingsFault? fault, HoconOrigin? origin, string path)
    {
        if (fault is not null)
        {
            Fault(fault);
        }

        if (origin is not null)
        {
            Origins[path] = origin;
        }
    }

    private object? ReadItem(Type record, HoconNode node, string path)
    {
        if (node is HoconMap map)
        {
            return Read(Activator.CreateInstance(record)!, map, path);
        }

        Fault(SettingsFault.Unexpected(path, node.Describe(), "a block"));
        return null;
    }

    private ComponentSettings? ReadComponent(FederationSettings owner, HoconMap federation, string name, HoconNode node, string components)
    {
        var path = HoconWriter.Join(components, name);
        if (node is not HoconMap block)
        {
            Fault(SettingsFault.Unexpected(path, node.Describe(), "a block"));
            return null;
        }

        var component = Read(owner.ComponentDefaults with { Name = name }, block, path);
        if (block[Setting.Mode] is not null
            || (federation[Setting.ComponentDefaults] as HoconMap)?[Setting.Mode] is { } and not HoconScalar { IsNull: true })
        {
            return component;
        }

        var server = block[Setting.Server] is not null;
        if (server == block[Setting.Client] is not null)
        {
            Fault(SettingsFault.Missing($"{path}.{Setting.Mode}", "server or client, or exactly one of the blocks server and client"));
            return component;
        }

        Origins[$"{path}.{Setting.Mode}"] = node.Origin;
        return component with { Mode = server ? ComponentMode.Server : ComponentMode.Client };
    }

    /// <summary>Reports values that are out of range, in records that were not read from a configuration.</summary>
    internal void Check(object owner, string path)
    {
        foreach (var setting in Setting.Of(owner.GetType()))
        {
            var (value, at) = (setting.Property.GetValue(owner), HoconWriter.Join(path, setting.Key));
            if (setting.Type is { } type)
            {
                Keep(type.Check(value, at), null, at);
            }
            else if (value is null)
            {
                Fault(SettingsFault.Unexpected(at, "null", setting.Expected));
            }
            else
            {
                foreach (var (item, place) in setting.Blocks(value, at))
                {
                    Check(item, place);
                }
            }
        }
    }

    private static T Copy<T>(T record)
        where T : class => (T)record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
}
