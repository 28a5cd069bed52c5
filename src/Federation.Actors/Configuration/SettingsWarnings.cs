using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>What valid settings leave open that most people would rather close.</summary>
internal static class SettingsWarnings
{
    /// <summary>The warnings, in the order of the components.</summary>
    internal static IReadOnlyList<SettingsFault> Of(FederationSettings settings) => [.. settings.Components.SelectMany(Of)];

    private static IEnumerable<SettingsFault> Of(ComponentSettings component)
    {
        if (component.Ports.Data is not { AllowedSubjects.Count: 0 } data
            || !(data.Subject.Contains("{subject}", StringComparison.Ordinal)
                || data.Subject.Contains("{payload.", StringComparison.Ordinal)))
        {
            yield break;
        }

        var index = component.Ports.Outputs.TakeWhile(port => port != data).Count();
        yield return new SettingsFault(
            $"{EffectiveConfiguration.ComponentPath(component.Name)}.ports.outputs[{index}].allowed_subjects",
            $"missing, so peers may publish to any subject that {HoconWriter.Quote(data.FullSubject)} can make "
            + "and that does not belong to an input of the node");
    }
}
