using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>A document of one component, <c>{"type":"input","name":...,"config":{...}}</c>: its config becomes
/// <c>federation.components.NAME</c>.</summary>
internal static class ComponentDocument
{
    private static readonly string[] Keys = ["type", "name", "config"];

    internal static HoconMap Adopt(HoconMap root, SettingsReading reading)
    {
        if (root[Setting.Root] is not null || root["type"] is not { } type || root["config"] is not { } config)
        {
            return root;
        }

        foreach (var key in root.Entries.Select(static entry => entry.Key).Where(static key => !Keys.Contains(key, StringComparer.Ordinal)))
        {
            reading.Fault(new SettingsFault(HoconWriter.Path(key), $"found an unknown key, expected {Spelling.Nearest(key, Keys)}"));
        }

        if (type is not HoconScalar { Text: "input" })
        {
            reading.Fault(SettingsFault.Unexpected("type", type.Describe(), "input"));
        }

        var adopted = new HoconMap(root.Origin);
        if (root["name"] is HoconScalar name)
        {
            adopted.Assign([Setting.Root, Setting.Components, name.Text], config);
        }
        else
        {
            reading.Fault(SettingsFault.Missing("name", "the name of the component"));
        }

        return adopted;
    }
}
