using System.CommandLine;

namespace Federation.Actors.Host.Commands;

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

        if (loaded.Settings.Cluster is { Enabled: true, SeedNodes.Count: 0 } && !loaded.Akka.HasPath("akka.cluster.seed-nodes"))
        {
            await errors.WriteLineAsync(SettingsFault.Missing("federation.cluster.seed_nodes", "the address of at least one node of the cluster, such as 10.0.0.1:4053").ToString());
            return ExitCodes.BadSettings;
        }

        NodeEnd end;
        try
        {
            end = await Node.RunAsync(loaded, cancel);
        }
        catch (IOException e)
        {
            // The admin port was free a moment ago.
            await errors.WriteLineAsync($"federation.admin.port: {e.Message}");
            return ExitCodes.BadSettings;
        }

        if (end.WasDowned)
        {
            await errors.WriteLineAsync("The cluster has gone on without this node, which has stopped dialling; start it again, and it joins again.");
            return ExitCodes.Downed;
        }

        switch (end.Unanswered)
        {
            case 0:
                return ExitCodes.Success;
            case null:
                await errors.WriteLineAsync("The node has ended without a drain; peers send again what was not answered.");
                return ExitCodes.Unanswered;
            default:
                await errors.WriteLineAsync($"{end.Unanswered} messages could not be published in time; their peers send them again.");
                return ExitCodes.Unanswered;
        }
    }
}
