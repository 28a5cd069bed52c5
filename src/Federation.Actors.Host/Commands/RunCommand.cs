using System.CommandLine;

namespace Federation.Actors.Host.Commands;

internal static class RunCommand
{
    public static Command Create()
    {
        var options = new ConfigurationOptions();
        var command = new Command(
            "run", "Runs a node until SIGTERM or Ctrl-C; a second Ctrl-C stops it immediately. On SIGHUP, disconnected "
            + "components dial immediately.");
        options.AddTo(command);
        command.SetAction((parsed, cancel) => RunAsync(options.Load(parsed), options.File(parsed), cancel));
        return command;
    }

    private static async Task<int> RunAsync(LoadedConfiguration loaded, string file, CancellationToken cancel)
    {
        IReadOnlyList<SettingsFault> faults = loaded.Faults.Count > 0 ? loaded.Faults : StandaloneChecks.Run(loaded.Settings);
        faults.ThrowIfAny();
        if (loaded.Settings.Cluster is { Enabled: true, SeedNodes.Count: 0 } && !loaded.Akka.HasPath("akka.cluster.seed-nodes"))
        {
            throw new VerbFailedException(
                SettingsFault.Missing("federation.cluster.seed_nodes",
                    "the address of at least one node of the cluster, such as 10.0.0.1:4053").ToString(), ExitCodes.BadSettings);
        }

        NodeEnd end;
        try
        {
            end = await Node.RunAsync(loaded, file, cancel);
        }
        catch (IOException e)
        {
            // The admin port was free a moment ago.
            throw new VerbFailedException($"federation.admin.port: {e.Message}", ExitCodes.BadSettings);
        }

        if (end.WasDowned)
        {
            throw new VerbFailedException("The cluster has removed this node, so it has stopped dialling; start it again, and it "
                + "joins again.", ExitCodes.Downed);
        }

        return end.Unanswered switch
        {
            0 => ExitCodes.Success,
            null => throw new VerbFailedException(
                "The node has stopped without draining; peers resend unanswered messages.", ExitCodes.Unanswered),
            var count => throw new VerbFailedException(
                $"{count} messages could not be published in time; their peers resend them.", ExitCodes.Unanswered),
        };
    }
}
