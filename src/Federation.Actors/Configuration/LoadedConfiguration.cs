using Akka.Configuration;
using Federation.Hocon;

namespace Federation.Actors;

/// <summary>What reading a configuration came to. Immutable.</summary>
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

    /// <summary>The settings; where a value is faulty or missing, its default. Not to be run with while there are <see
    /// cref="Faults"/>.</summary>
    public FederationSettings Settings { get; }

    /// <summary>Everything that is wrong, in the order of the configuration; empty when it can be used.</summary>
    public IReadOnlyList<SettingsFault> Faults { get; }

    /// <summary>Where each value came from, by full path such as <c>federation.components.edge-in.server.http_port</c>.</summary>
    public IReadOnlyDictionary<string, HoconOrigin> Origins { get; }

    internal HoconOrigin OriginOf(string path) => Origins.GetValueOrDefault(path, HoconOrigin.Default);

    /// <summary>The block <c>akka</c> of the same configuration, for the actor system; empty when there is none.</summary>
    public Config Akka { get; }

    /// <summary>The settings, if they can be used.</summary>
    /// <returns><see cref="Settings"/>.</returns>
    /// <exception cref="SettingsException">There are <see cref="Faults"/>; the exception carries all of them.</exception>
    public FederationSettings EnsureValid() => Faults.Count == 0 ? Settings : throw new SettingsException(Faults);
}
