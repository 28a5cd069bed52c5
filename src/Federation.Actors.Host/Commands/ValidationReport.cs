using Federation.Actors.Configuration;
using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

/// <summary>What <c>validate --json</c> prints.</summary>
/// <param name="Valid">True when there are no faults.</param>
/// <param name="Faults">Everything that is wrong.</param>
/// <param name="Warnings">What valid settings leave open.</param>
/// <param name="Notes">What this machine lacks at this moment.</param>
/// <param name="Settings">Each setting by its path; empty when there are faults.</param>
internal sealed record ValidationReport(
    bool Valid,
    IReadOnlyList<SettingsFault> Faults,
    IReadOnlyList<SettingsFault> Warnings,
    IReadOnlyList<SettingsFault> Notes,
    IReadOnlyDictionary<string, ValidationReport.Setting> Settings)
{
    /// <param name="Value">As HOCON, secrets masked.</param>
    /// <param name="Origin">Where it came from.</param>
    public sealed record Setting(string Value, string Origin);

    public static ValidationReport Of(LoadedConfiguration loaded, IReadOnlyList<SettingsFault> notes) => loaded.Faults.Count > 0
        ? new(Valid: false, loaded.Faults, [], [], new Dictionary<string, Setting>(StringComparer.Ordinal))
        : new(Valid: true, [], SettingsWarnings.Of(loaded.Settings), notes, EffectiveConfiguration.Values(loaded.Settings).ToDictionary(
            static pair => pair.Key, pair => new Setting(pair.Value, $"{loaded.Origins.GetValueOrDefault(pair.Key, HoconOrigin.Default)}"), StringComparer.Ordinal));
}
