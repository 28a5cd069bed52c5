using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>What is learned while a configuration is read.</summary>
internal sealed class SettingsReading
{
    internal List<SettingsFault> Faults { get; } = [];

    /// <summary>Where each value that is not the record's own default came from, by full path.</summary>
    internal Dictionary<string, HoconOrigin> Origins { get; } = new(StringComparer.Ordinal);

    internal void Fault(SettingsFault fault) => Faults.Add(fault);
}
