using Akka.Configuration;
using Federation.Actors.Configuration;
using Federation.Hocon;

namespace Federation.Actors;

/// <summary>Reads a node's configuration. Command-line overrides take precedence over the file, text or object, and these over the
/// defaults.</summary>
/// <remarks>Thread-safe. The methods do not throw because of errors in a configuration; they report them as faults of the
/// result.</remarks>
public static class FederationConfiguration
{
    /// <summary>Reads a HOCON or JSON file, or a JSON document of one component
    /// (<c>{"type":"input","name":...,"config":{...}}</c>).</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides">Settings of the form <c>path=value</c> that override the file; the last one takes precedence.</param>
    /// <param name="environment">Returns the values of variables for <c>${?NAME}</c>; by default those of the process's
    /// environment.</param>
    /// <returns>The settings, the faults, and the origin of each value.</returns>
    public static LoadedConfiguration Load(
        string path, IEnumerable<string>? overrides = null, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var (text, fault) = ConfigurationFile.Read(path);
        return fault is not null
            ? Failed(fault)
            : Build(overrides, environment, variables => ConfigurationFile.Parse(text, path, variables));
    }

    /// <summary>Reads a text as if it were a file.</summary>
    /// <param name="text">HOCON, JSON, or a JSON document of one component.</param>
    /// <param name="name">Name of the text in faults and origins.</param>
    /// <param name="overrides">Settings of the form <c>path=value</c> that override the text; the last one takes precedence.</param>
    /// <param name="environment">Returns the values of variables for <c>${?NAME}</c>; by default those of the process's
    /// environment.</param>
    /// <returns>The settings, the faults, and the origin of each value.</returns>
    public static LoadedConfiguration Parse(
        string text, string name = "configuration", IEnumerable<string>? overrides = null, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(name);
        return Build(overrides, environment, variables => ConfigurationFile.ParseText(text, name, variables));
    }

    /// <summary>Reads the block <c>federation</c> of a configuration object, for a program that embeds the node.</summary>
    /// <param name="config">The configuration, with its fallbacks.</param>
    /// <param name="overrides">Settings of the form <c>path=value</c> that override it; the last one takes precedence.</param>
    /// <param name="environment">Returns the values of variables for <c>${?NAME}</c> in overrides; by default those of the process's
    /// environment.</param>
    /// <returns>The settings, the faults, and the origin of each value.</returns>
    public static LoadedConfiguration From(
        Config config, IEnumerable<string>? overrides = null, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Build(overrides, environment, variables => new HoconConversion(variables).Convert(config, Setting.Root));
    }

    /// <summary>Checks settings that were written in code.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>All errors; empty if the settings are valid.</returns>
    public static IReadOnlyList<SettingsFault> Validate(FederationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var reading = new SettingsReading();
        reading.Check(settings, Setting.Root);
        SettingsRules.Check(settings, reading);
        return reading.Faults;
    }

    private static LoadedConfiguration Build(
        IEnumerable<string>? overrides, Func<string, string?>? environment, Func<Func<string, string?>, HoconMap> parse)
    {
        environment ??= Environment.GetEnvironmentVariable;
        try
        {
            var layers = new ConfigurationLayers();
            return layers.Read(parse(environment), overrides ?? [], environment);
        }
        catch (HoconSyntaxException e)
        {
            return Failed(new SettingsFault(e.Position, e.Problem));
        }
    }

    private static LoadedConfiguration Failed(SettingsFault fault) =>
        new(new FederationSettings(), [fault], new Dictionary<string, HoconOrigin>(StringComparer.Ordinal), Config.Empty);
}
