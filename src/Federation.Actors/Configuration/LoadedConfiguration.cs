using Akka.Configuration;
using Federation.Hocon;

namespace Federation.Actors;

/// <summary>The result of reading a configuration. Immutable.</summary>
public sealed class LoadedConfiguration
{
    internal LoadedConfiguration(
        FederationSettings settings, IReadOnlyList<SettingsFault> faults, IReadOnlyDictionary<string, HoconOrigin> origins, Config akka)
    {
        Settings = settings;
        Faults = faults;
        Origins = origins;
        Akka = akka;
    }

    /// <summary>The settings, with the default in place of each invalid or missing value. Do not run a node with them if there are
    /// <see cref="Faults"/>.</summary>
    public FederationSettings Settings { get; }

    /// <summary>All errors in the order of the configuration; empty if the configuration is valid.</summary>
    public IReadOnlyList<SettingsFault> Faults { get; }

    /// <summary>The origin of each value, by full path such as <c>federation.components.edge-in.server.http_port</c>.</summary>
    public IReadOnlyDictionary<string, HoconOrigin> Origins { get; }

    internal HoconOrigin OriginOf(string path) => Origins.GetValueOrDefault(path, HoconOrigin.Default);

    /// <summary>The block <c>akka</c> of the same configuration, for the actor system; empty if there is none.</summary>
    public Config Akka { get; }

    /// <summary>Returns the settings of a valid configuration.</summary>
    /// <returns><see cref="Settings"/>.</returns>
    /// <exception cref="SettingsException">There are <see cref="Faults"/>; the exception contains all of them.</exception>
    public FederationSettings EnsureValid() => Faults.Count == 0 ? Settings : throw new SettingsException(Faults);
}
