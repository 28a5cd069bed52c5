using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>Warnings about valid settings that most users would want to change.</summary>
internal static class SettingsWarnings
{
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
