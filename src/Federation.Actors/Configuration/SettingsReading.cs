using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>Reads blocks of a configuration into settings records, and collects faults and origins.</summary>
internal sealed class SettingsReading
{
    internal List<SettingsFault> Faults { get; } = [];

    internal Dictionary<string, HoconOrigin> Origins { get; } = new(StringComparer.Ordinal);

    internal void Fault(SettingsFault fault) => Faults.Add(fault);

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
        if (setting.IsNamed && node is HoconMap blocks)
        {
            var named = new HoconMap(blocks.Origin);
            foreach (var (name, value) in blocks.Entries)
            {
                named[name] = NormalizeBlock(value, HoconWriter.Join(path, name));
            }

            return named;
        }

        return setting.IsList && node is HoconList list
            ? new HoconList([.. list.Items.Select((item, i) => NormalizeBlock(item, $"{path}[{i}]"))], list.Origin)
            : NormalizeBlock(node, path);

        HoconNode NormalizeBlock(HoconNode value, string at) =>
            value is HoconMap block && setting.Block is { } record ? Normalize(block, record, at) : value;
    }

    internal T Read<T>(T start, HoconMap block, string path)
        where T : class
    {
        var record = (T)start.GetType().GetMethod("<Clone>$")!.Invoke(start, null)!;
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

    private object? Read(Setting setting, object owner, HoconNode node, HoconMap siblings, string path)
    {
        if (setting.Type is { } type)
        {
            var value = type.Read(node, path, out var fault);
            return fault is null ? Found(value, node, path) : Faulty(fault);
        }

        return (setting.IsNamed, setting.IsList, node) switch
        {
            (true, _, HoconMap map) when owner is AuthSettings auth => ReadProfiles(auth.Profiles, map, path),
            (true, _, HoconMap map) => map.Entries.Where(static entry => entry.Value is not HoconScalar { IsNull: true })
                .Select(entry => ReadComponent((FederationSettings)owner, siblings, entry.Key, entry.Value, path))
                .OfType<ComponentSettings>().ToArray(),
            (_, false, _) => ReadBlock(setting.Property.GetValue(owner)!, node, path),
            (false, true, HoconList list) => Found(ReadList(setting.Block!, list, path), node, path),
            _ => Faulty(SettingsFault.Unexpected(path, node.Describe(), setting.Expected)),
        };
    }

    /// <summary>Profiles of the component defaults stay, unless one of the same name changes them.</summary>
    private ProfileSettings[] ReadProfiles(IReadOnlyList<ProfileSettings> start, HoconMap map, string path)
    {
        var profiles = start.ToDictionary(static profile => profile.Name, StringComparer.Ordinal);
        foreach (var (name, node) in map.Entries.Where(static entry => entry.Value is not HoconScalar { IsNull: true }))
        {
            if (ReadBlock(profiles.GetValueOrDefault(name) ?? new ProfileSettings { Name = name }, node, HoconWriter.Join(path, name))
                is { } profile)
            {
                profiles[name] = profile;
            }
        }

        return [.. profiles.Values];
    }

    private Array ReadList(Type record, HoconList list, string path)
    {
        var items = list.Items.Select((item, i) => ReadBlock(Activator.CreateInstance(record)!, item, $"{path}[{i}]"))
            .OfType<object>().ToArray();
        var typed = Array.CreateInstance(record, items.Length);
        items.CopyTo(typed, 0);
        return typed;
    }

    private T? ReadBlock<T>(T start, HoconNode node, string path)
        where T : class =>
        node is HoconMap map ? Read(start, map, path) : (T?)Faulty(SettingsFault.Unexpected(path, node.Describe(), "a block"));

    private ComponentSettings? ReadComponent(FederationSettings owner, HoconMap federation, string name, HoconNode node, string components)
    {
        var path = HoconWriter.Join(components, name);
        var (block, defaults) = (node as HoconMap, federation[Setting.ComponentDefaults] as HoconMap);
        var component = ReadBlock(owner.ComponentDefaults with { Name = name }, node, path);
        if (block is null || block[Setting.Mode] is not null || defaults?[Setting.Mode] is { } and not HoconScalar { IsNull: true })
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
        return component! with { Mode = server ? ComponentMode.Server : ComponentMode.Client };
    }

    internal void Check(object owner, string path)
    {
        foreach (var setting in Setting.Of(owner.GetType()))
        {
            var (value, at) = (setting.Property.GetValue(owner), HoconWriter.Join(path, setting.Key));
            if (value is null)
            {
                Fault(SettingsFault.Unexpected(at, "null", setting.Expected));
            }
            else if (setting.Type is { } type && !type.Accepts(value))
            {
                Fault(type.Unexpected(at, type.Write(value)));
            }

            foreach (var (block, place) in value is null ? [] : setting.Blocks(value, at))
            {
                Check(block, place);
            }
        }
    }

    private object? Found(object? value, HoconNode node, string path)
    {
        Origins[path] = node.Origin;
        return value;
    }

    private object? Faulty(SettingsFault fault)
    {
        Fault(fault);
        return null;
    }
}
