using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>
/// A document of one component, <c>{"type":"input","name":...,"config":{...}}</c>: its config becomes
/// <c>federation.components.&lt;name&gt;</c>.
/// </summary>
internal static class ComponentDocument
{
    private const string TypeKey = "type";
    private const string NameKey = "name";
    private const string ConfigKey = "config";

    /// <summary>The document as a configuration of a node, or the root as it is when it is none.</summary>
    internal static HoconMap Adopt(HoconMap root, SettingsReading reading)
    {
        if (root[Setting.Root] is not null || root[TypeKey] is null || root[ConfigKey] is null)
        {
            return root;
        }

        foreach (var (key, _) in root.Entries)
        {
            if (key is not (TypeKey or NameKey or ConfigKey))
            {
                reading.Fault(new SettingsFault(
                    HoconWriter.Path(key), $"found an unknown key, expected {Spelling.Nearest(key, [TypeKey, NameKey, ConfigKey])}"));
            }
        }

        if (root[TypeKey] is not HoconScalar { Text: "input" } && root[TypeKey] is { } type)
        {
            reading.Fault(SettingsFault.Unexpected(TypeKey, type.Describe(), "input"));
        }

        var adopted = new HoconMap(root.Origin);
        if (root[NameKey] is HoconScalar name && root[ConfigKey] is { } config)
        {
            adopted.Assign([Setting.Root, Setting.Components, name.Text], config);
        }
        else
        {
            reading.Fault(SettingsFault.Missing(NameKey, "the name of the component"));
        }

        return adopted;
    }
}
