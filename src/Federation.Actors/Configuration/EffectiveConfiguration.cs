using System.Text;
using Federation.Actors.Configuration;
using Federation.Hocon;

namespace Federation.Actors;

/// <summary>Shows a configuration as it takes effect.</summary>
public static class EffectiveConfiguration
{
    // Longer lines do not push everybody's comments to the right.
    private const int WidestColumn = 100;

    /// <summary>Writes every setting as HOCON, one <c>path = value</c> a line, each followed by a comment that says where it came from.</summary>
    /// <param name="configuration">What was loaded.</param>
    /// <returns>The lines, each ended by a line feed. Credentials in urls are <c>***</c>.</returns>
    public static string Render(LoadedConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var lines = Values(configuration.Settings)
            .Select(pair => (
                Text: $"{pair.Key} = {pair.Value}",
                Origin: configuration.Origins.GetValueOrDefault(pair.Key, HoconOrigin.Default)))
            .ToList();
        var column = lines.Select(line => line.Text.Length).Where(length => length <= WidestColumn).DefaultIfEmpty().Max();
        var rendered = new StringBuilder();
        foreach (var (text, origin) in lines)
        {
            rendered.Append(text.PadRight(column)).Append("  # ").Append(origin).Append('\n');
        }

        return rendered.ToString();
    }

    /// <summary>The origin of every value: its own, or that of the component defaults it came from.</summary>
    internal static Dictionary<string, HoconOrigin> CompleteOrigins(
        FederationSettings settings, Dictionary<string, HoconOrigin> known)
    {
        var origins = new Dictionary<string, HoconOrigin>(StringComparer.Ordinal);
        foreach (var (path, _) in Values(settings))
        {
            origins[path] = known.GetValueOrDefault(path) ?? HoconOrigin.Default;
        }

        foreach (var component in settings.Components)
        {
            var prefix = ComponentPath(component.Name);
            foreach (var (path, _) in SettingsSchemas.Component.Write(component, prefix))
            {
                origins[path] = known.GetValueOrDefault(path)
                    ?? known.GetValueOrDefault($"{SettingsSchemas.RootKey}.{SettingsSchemas.DefaultsKey}{path[prefix.Length..]}")
                    ?? HoconOrigin.Default;
            }
        }

        return origins;
    }

    internal static string ComponentPath(string name) =>
        HoconWriter.Path(SettingsSchemas.RootKey, SettingComponents.KeyName, name);

    /// <summary>Every setting by its path, as HOCON.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Values(FederationSettings settings) =>
        NodeSchemas.Federation.Write(
            new FederationReading(settings, new ComponentSettings(), ModeGiven: false), SettingsSchemas.RootKey);
}
