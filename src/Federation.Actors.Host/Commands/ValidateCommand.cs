using System.CommandLine;
using Federation.Actors.Configuration;
using Federation.Actors.Host.Logging;
using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

internal static class ValidateCommand
{
    public static Command Create()
    {
        var changed = new Option<bool>("--changed") { Description = "Prints only settings that differ from their defaults." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Prints only errors, warnings, notes and the verdict." };
        var json = new Option<bool>("--json") { Description = "Prints one line of JSON: valid, faults, warnings, notes, settings." };
        var options = new ConfigurationOptions();
        var command = new Command("validate",
            "Prints all effective settings with their origins and without secrets, or all errors. Exit codes: 0 valid, 2 invalid.")
            { changed, quiet, json };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var loaded = options.Load(parsed);
            var isValid = loaded.Faults.Count == 0;
            var settings = !isValid || parsed.GetValue(quiet) ? [] : EffectiveConfiguration.Values(loaded, parsed.GetValue(changed));
            IReadOnlyList<SettingsFault> warnings = isValid ? SettingsWarnings.Of(loaded.Settings) : [];
            IReadOnlyList<SettingsFault> notes = isValid ? StandaloneChecks.Run(loaded.Settings) : [];
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(json))
            {
                output.WriteLine(JsonLine.Of(new ValidationReport(isValid, loaded.Faults, warnings, notes, settings.ToDictionary(
                    static pair => pair.Key, pair => new ValidationReport.Setting(pair.Value, $"{loaded.OriginOf(pair.Key)}"),
                    StringComparer.Ordinal))));
                return isValid ? ExitCodes.Success : ExitCodes.BadSettings;
            }

            output.Write(EffectiveConfiguration.Render(settings, loaded));
            WriteAll(error, "", loaded.Faults);
            WriteAll(error, "warning: ", warnings);

            // Of this machine at this moment, perhaps not of the one the node will run on.
            WriteAll(error, "note: would prevent a start on this machine now: ", notes);
            error.WriteLine($"{options.File(parsed)}: {Verdict(loaded.Faults.Count, warnings.Count, notes.Count)}");
            return isValid ? ExitCodes.Success : ExitCodes.BadSettings;
        });
        return command;
    }

    private static void WriteAll(TextWriter error, string before, IReadOnlyList<SettingsFault> faults)
    {
        foreach (var fault in faults)
        {
            error.WriteLine($"{before}{fault}");
        }
    }

    private static string Verdict(int faults, int warnings, int notes) => faults > 0
        ? $"invalid, {Count(faults, "error")}"
        : $"valid, {Count(warnings, "warning")}{(notes > 0 ? $", {Count(notes, "note")}" : "")}";

    internal static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}

/// <summary>The output of <c>validate --json</c>.</summary>
internal sealed record ValidationReport(
    bool Valid,
    IReadOnlyList<SettingsFault> Faults,
    IReadOnlyList<SettingsFault> Warnings,
    IReadOnlyList<SettingsFault> Notes,
    IReadOnlyDictionary<string, ValidationReport.Setting> Settings)
{
    /// <param name="Value">As HOCON, secrets masked.</param>
    public sealed record Setting(string Value, string Origin);
}
