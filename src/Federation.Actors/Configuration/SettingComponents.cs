using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>
/// The key <c>components</c>: blocks under names the user chooses, each read over what <c>component_defaults</c> says.
/// </summary>
internal sealed class SettingComponents() : SettingKey<FederationReading>(KeyName)
{
    internal const string KeyName = "components";

    internal override string Expected => "a block for each component";

    internal override HoconNode Normalize(HoconNode node, string path, SettingsReading reading)
    {
        if (node is not HoconMap components)
        {
            return node;
        }

        var normalized = new HoconMap(components.Origin);
        foreach (var (name, value) in components.Entries)
        {
            normalized[name] = value is HoconMap component
                ? SettingsSchemas.Component.Normalize(component, HoconWriter.Join(path, name), reading)
                : value;
        }

        return normalized;
    }

    internal override FederationReading Read(FederationReading owner, HoconNode node, string path, SettingsReading reading)
    {
        if (node is not HoconMap components)
        {
            reading.Fault(SettingsFault.Unexpected(path, node.Describe(), Expected));
            return owner;
        }

        var read = components.Entries.Select(entry => ReadOne(owner, entry.Key, entry.Value, HoconWriter.Join(path, entry.Key), reading));
        return owner with { Settings = owner.Settings with { Components = [.. read.OfType<ComponentSettings>()] } };
    }

    private static ComponentSettings? ReadOne(FederationReading owner, string name, HoconNode node, string path, SettingsReading reading)
    {
        if (node is not HoconMap block)
        {
            reading.Fault(SettingsFault.Unexpected(path, node.Describe(), "a block"));
            return null;
        }

        var component = SettingsSchemas.Component.Read(owner.ComponentDefaults with { Name = name }, block, path, reading);
        if (block[SettingsSchemas.ModeKey] is not null || owner.ModeGiven)
        {
            return component;
        }

        var server = block[SettingsSchemas.ServerKey] is not null;
        if (server == block[SettingsSchemas.ClientKey] is not null)
        {
            reading.Fault(SettingsFault.Missing(
                $"{path}.{SettingsSchemas.ModeKey}", "server or client, or exactly one of the blocks server and client"));
            return component;
        }

        reading.Origins[$"{path}.{SettingsSchemas.ModeKey}"] = node.Origin;
        return component with { Mode = server ? ComponentMode.Server : ComponentMode.Client };
    }

    internal override void Check(FederationReading owner, string path, SettingsReading reading)
    {
        foreach (var component in owner.Settings.Components)
        {
            SettingsSchemas.Component.Check(component, HoconWriter.Join(path, component.Name), reading);
        }
    }

    internal override IEnumerable<KeyValuePair<string, string>> Write(FederationReading owner, string path) =>
        owner.Settings.Components.SelectMany(component => SettingsSchemas.Component.Write(component, HoconWriter.Join(path, component.Name)));

    internal override IEnumerable<KeyValuePair<string, string>> Describe(string path) => [];
}
