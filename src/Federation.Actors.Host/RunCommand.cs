using System.CommandLine;
using Federation.Actors.Settings;

namespace Federation.Actors.Host;

/// <summary><c>federation run</c>: a node, until it is told to end.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var options = new ConfigurationOptions();
        var command = new Command("run", "Runs a node until SIGTERM or Ctrl-C; a second Ctrl-C ends it at once. SIGHUP dials what is not connected.");
        options.AddTo(command);
        command.SetAction((parsed, cancel) => RunAsync(options.Load(parsed), parsed.InvocationConfiguration.Error, cancel));
        return command;
    }

    private static async Task<int> RunAsync(LoadedConfiguration loaded, TextWriter errors, CancellationToken cancel)
    {
        IReadOnlyList<SettingsFault> faults = loaded.Faults.Count > 0 ? loaded.Faults : StandaloneChecks.Run(loaded.Settings);
        if (faults.Count > 0)
        {
            await errors.WriteLineAsync(new SettingsException(faults).Message);
            return ExitCodes.BadSettings;
        }

        int? unanswered;
        try
        {
            unanswered = await Node.RunAsync(loaded, cancel);
        }
        catch (IOException e)
        {
            // The admin port was free a moment ago.
            await errors.WriteLineAsync($"federation.admin.port: {e.Message}");
            return ExitCodes.BadSettings;
        }

        switch (unanswered)
        {
            case 0:
                return ExitCodes.Success;
            case null:
                await errors.WriteLineAsync("The node has ended without a drain; peers send again what was not answered.");
                return ExitCodes.Unanswered;
            default:
                await errors.WriteLineAsync($"{unanswered} messages could not be published in time; their peers send them again.");
                return ExitCodes.Unanswered;
        }
    }
}
