using Federation.Actors.Configuration;
using Federation.Hocon;

namespace Federation.Actors;

/// <summary>Shows the effective configuration.</summary>
public static class EffectiveConfiguration
{
    // Longer lines do not move all comments to the right.
    private const int WidestColumn = 100;

    /// <summary>Writes every setting as HOCON, one <c>path = value</c> per line, followed by a comment with its origin.</summary>
    /// <param name="configuration">The loaded configuration.</param>
    /// <returns>The lines, each terminated by a line feed. Credentials in urls are shown as <c>***</c>.</returns>
    public static string Render(LoadedConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Render(Values(configuration.Settings), configuration);
    }

    /// <summary>As <see cref="Render(LoadedConfiguration)"/>, for some of the settings.</summary>
    internal static string Render(IEnumerable<KeyValuePair<string, string>> settings, LoadedConfiguration configuration)
    {
        var lines = settings.Select(pair => (Text: $"{pair.Key} = {pair.Value}", Origin: configuration.OriginOf(pair.Key))).ToList();
        var column = lines.Select(static line => line.Text.Length).Where(static length => length <= WidestColumn).DefaultIfEmpty().Max();
        return string.Concat(lines.Select(line => $"{line.Text.PadRight(column)}  # {line.Origin}\n"));
    }

    /// <summary>The settings by their paths, as HOCON.</summary>
    /// <param name="configuration">A configuration without faults.</param>
    /// <param name="onlyChanged">Whether settings with their default values are left out.</param>
    internal static IReadOnlyList<KeyValuePair<string, string>> Values(LoadedConfiguration configuration, bool onlyChanged)
    {
        var settings = configuration.Settings;
        if (!onlyChanged)
        {
            return [.. Values(settings)];
        }

        // The settings that a component's mode and ports enable have defaults; mode and ports do not.
        var plain = settings.Components.Select(static component =>
            new ComponentSettings { Name = component.Name, Mode = component.Mode, Ports = component.Ports });
        var defaults = Values(new FederationSettings { Components = [.. plain] }).Where(static pair => !IsAlwaysChosen(pair.Key))
            .ToDictionary(StringComparer.Ordinal);
        return
        [
            .. Values(settings).Where(pair => defaults.TryGetValue(pair.Key, out var initial)
                ? !string.Equals(initial, pair.Value, StringComparison.Ordinal)
                : configuration.OriginOf(pair.Key) != HoconOrigin.Default),
        ];

        static bool IsAlwaysChosen(string path) => path.EndsWith($".{Setting.Mode}", StringComparison.Ordinal)
            || path.EndsWith(".ports.inputs", StringComparison.Ordinal) || path.EndsWith(".ports.outputs", StringComparison.Ordinal);
    }

    /// <summary>The origin of every value: its own origin, or that of its component default.</summary>
    internal static Dictionary<string, HoconOrigin> CompleteOrigins(FederationSettings settings, Dictionary<string, HoconOrigin> known)
    {
        var origins = Values(settings).ToDictionary(
            static pair => pair.Key, pair => known.GetValueOrDefault(pair.Key) ?? HoconOrigin.Default, StringComparer.Ordinal);
        foreach (var component in settings.Components)
        {
            var prefix = ComponentPath(component.Name);
            foreach (var (path, _) in Values(component, prefix).Where(pair => !known.ContainsKey(pair.Key)))
            {
                var inherited = $"{Setting.Root}.{Setting.ComponentDefaults}{path[prefix.Length..]}";
                origins[path] = known.GetValueOrDefault(inherited) ?? HoconOrigin.Default;
            }
        }

        return origins;
    }

    internal static string ComponentPath(string name) => HoconWriter.Path(Setting.Root, Setting.Components, name);

    internal static IEnumerable<KeyValuePair<string, string>> Values(FederationSettings settings) => Values(settings, Setting.Root);

    internal static IEnumerable<KeyValuePair<string, string>> Values(object record, string path) =>
        Setting.Of(record.GetType()).Where(setting => setting.IsUsed(record))
            .SelectMany(setting => Values(setting, setting.Property.GetValue(record)!, HoconWriter.Join(path, setting.Key)));

    private static IEnumerable<KeyValuePair<string, string>> Values(Setting setting, object value, string path)
    {
        if (setting.Type is { } type)
        {
            return [new(path, type.Write(value))];
        }

        var blocks = setting.Blocks(value, path);
        return setting is { IsList: true, IsNamed: false }
            ? [new(path, $"[{string.Join(", ", blocks.Select(static block => Inline(block.Record)))}]")]
            : blocks.SelectMany(static block => Values(block.Record, block.Path));
    }

    private static string Inline(object record) =>
        "{" + string.Join(", ", Values(record, "").Select(static pair => $"{pair.Key} = {pair.Value}")) + "}";
}
