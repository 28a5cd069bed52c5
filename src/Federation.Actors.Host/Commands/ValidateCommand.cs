using System.CommandLine;
using Federation.Actors.Configuration;
using Federation.Actors.Host.Logging;

namespace Federation.Actors.Host.Commands;

/// <summary><c>federation validate</c>: the configuration as it takes effect, or what is wrong with it.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Prints one line of JSON: valid, faults, warnings, notes, settings." };
        var options = new ConfigurationOptions();
        var command = new Command("validate", "Prints the configuration as it takes effect, secrets masked, and where each value came from; or its faults.") { json };
        options.AddTo(command);
        command.SetAction(parsed => Validate(options.Load(parsed), parsed.GetValue(json), parsed.InvocationConfiguration));
        return command;
    }

    private static int Validate(LoadedConfiguration loaded, bool asJson, InvocationConfiguration console)
    {
        var isValid = loaded.Faults.Count == 0;
        if (asJson)
        {
            console.Output.WriteLine(JsonLine.Of(ValidationReport.Of(loaded, isValid ? StartChecks.Run(loaded.Settings) : [])));
            return isValid ? ExitCodes.Success : ExitCodes.BadSettings;
        }

        if (!isValid)
        {
            console.Error.WriteLine(new SettingsException(loaded.Faults).Message);
            return ExitCodes.BadSettings;
        }

        console.Output.Write(EffectiveConfiguration.Render(loaded));
        foreach (var warning in SettingsWarnings.Of(loaded.Settings))
        {
            console.Error.WriteLine($"warning: {warning}");
        }

        foreach (var fault in StandaloneChecks.Run(loaded.Settings))
        {
            // Of this machine at this moment, perhaps not of the one the node will run on.
            console.Error.WriteLine($"note: would not start here now: {fault}");
        }

        return ExitCodes.Success;
    }
}
