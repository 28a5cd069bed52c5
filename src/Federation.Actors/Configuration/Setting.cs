using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>A key of a block, from a property of a settings record with its type and attributes.</summary>
internal sealed class Setting
{
    internal const string Root = "federation";
    internal const string ComponentDefaults = "component_defaults";
    internal const string Components = "components";
    internal const string Mode = "mode";
    internal const string Server = "server";
    internal const string Client = "client";

    private static readonly ConcurrentDictionary<Type, Setting[]> Known = new();

    private Setting(PropertyInfo property, object defaults)
    {
        var type = property.PropertyType;
        Property = property;
        Key = Spell(property.Name);
        IsList = type.IsGenericType && type.GenericTypeArguments[0] != typeof(string);
        var item = IsList ? type.GenericTypeArguments[0] : type;
        IsNamed = IsList && IsNamedBlock(item);
        Block = item.Name.EndsWith("Settings", StringComparison.Ordinal) ? item : null;
        Type = Block is null ? SettingType.Of(property, property.GetValue(defaults)!) : null;
    }

    internal PropertyInfo Property { get; }

    internal string Key { get; }

    /// <summary>The record of the block, or of each block of the list; null: the key has a value.</summary>
    internal Type? Block { get; }

    internal bool IsList { get; }

    /// <summary>Whether each block of the list has a name as its key.</summary>
    internal bool IsNamed { get; }

    internal SettingType? Type { get; }

    internal string Expected => Type?.Expected
        ?? (Block == typeof(ProfileSettings) ? "a block for each profile"
            : IsNamed ? "a block for each component" : IsList ? "a list of blocks" : "a block");

    internal static IReadOnlyList<Setting> Of(Type record) => Known.GetOrAdd(record, static record =>
    {
        var defaults = Activator.CreateInstance(record)!;
        return
        [
            .. record.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Where(property => property.CanWrite && (!IsNamedBlock(record) || property.Name is not "Name"))
                .Select(property => new Setting(property, defaults)),
        ];
    });

    internal static string Spell(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(
        member.Replace("KeepAlive", "Keepalive", StringComparison.Ordinal).Replace("JetStream", "Jetstream", StringComparison.Ordinal));

    internal static IEnumerable<(string Path, Setting Setting)> All(Type record, string path = "") => Of(record).SelectMany(setting =>
    {
        var at = HoconWriter.Join(path, setting.Key);
        return setting is { Block: { } block, IsNamed: false } ? All(block, at).Prepend((at, setting)) : [(at, setting)];
    });

    private static bool IsNamedBlock(Type record) => record == typeof(ComponentSettings) || record == typeof(ProfileSettings);

    internal bool IsUsed(object owner) => (owner, Key) switch
    {
        (FederationSettings, ComponentDefaults) => false,
        (ComponentSettings component, Server) => component.Mode == ComponentMode.Server,
        (ComponentSettings component, Client) => component.Mode == ComponentMode.Client,
        (ComponentSettings component, "egress") => component.Ports.Inputs.Count > 0,
        (OutputPortSettings port, "stream") => port.Type == PortType.Jetstream,
        _ => true,
    };

    internal IEnumerable<(object Record, string Path)> Blocks(object value, string path) => (Block, value) switch
    {
        (_, IEnumerable<ComponentSettings> components) =>
            components.Select(component => ((object)component, HoconWriter.Join(path, component.Name))),
        (_, IEnumerable<ProfileSettings> profiles) =>
            profiles.Select(profile => ((object)profile, HoconWriter.Join(path, profile.Name))),
        (not null, IEnumerable<object> items) => items.Select((item, i) => (item, $"{path}[{i}]")),
        (not null, _) => [(value, path)],
        _ => [],
    };
}
