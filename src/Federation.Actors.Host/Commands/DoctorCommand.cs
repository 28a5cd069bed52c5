using System.CommandLine;
using Federation.Actors.Configuration;
using Federation.Actors.Diagnostics;
using Federation.Actors.Nats;

namespace Federation.Actors.Host.Commands;

/// <summary><c>federation doctor</c>: what would go wrong if a node ran with a configuration on this machine.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var options = new ConfigurationOptions();
        var command = new Command("doctor", "Checks a configuration against this machine and its NATS server, without changes: ports, "
            + "files, descriptors, certificates, clock, NATS version, permissions and streams. Exit codes: 0 no failures, 1 failures, "
            + "2 wrong settings or arguments.");
        options.AddTo(command);
        command.SetAction((parsed, cancel) => RunAsync(options.Load(parsed), options.File(parsed), parsed.InvocationConfiguration, cancel));
        return command;
    }

    private static async Task<int> RunAsync(
        LoadedConfiguration loaded, string file, InvocationConfiguration console, CancellationToken cancel)
    {
        loaded.Faults.ThrowIfAny();
        var settings = loaded.Settings;
        List<Finding> findings =
        [
            .. SettingsWarnings.Of(settings).Select(static warning => Finding.Warning("settings", $"{warning}")),
            .. MachineInspection.Run(settings, Clock.System.UtcNow),
        ];
        findings.AddRange(await OfNatsAsync(settings, cancel));
        foreach (var (level, subject, text) in findings)
        {
            await console.Output.WriteLineAsync($"{Name(level),-8} {subject,-12} {Terminal.Tame(text)}");
        }

        var (failures, warnings) = (Count(findings, FindingLevel.Failure), Count(findings, FindingLevel.Warning));
        await console.Error.WriteLineAsync(
            $"{file}: {ValidateCommand.Count(failures, "failure")}, {ValidateCommand.Count(warnings, "warning")}");
        return failures > 0 ? ExitCodes.Unhealthy : ExitCodes.Success;
    }

    private static async Task<IReadOnlyList<Finding>> OfNatsAsync(FederationSettings settings, CancellationToken cancel)
    {
        if (!settings.Components.Any(static component =>
            component.Ports.Outputs.Any(static port => port.Type != PortType.Local)
            || component.Ports.Inputs.Any(static port => port.Type != PortType.Local)))
        {
            return [Finding.Ok("nats", "not used")];
        }

        await using var client = new NatsCommandClient(settings.Nats, "doctor");
        return await client.OpenAsync(cancel) is { } problem
            ? [Finding.Failure("nats", problem)] : await client.InspectAsync(settings, cancel);
    }

    private static int Count(List<Finding> findings, FindingLevel level) => findings.Count(finding => finding.Level == level);

    private static string Name(FindingLevel level) => level switch
    {
        FindingLevel.Ok => "ok",
        FindingLevel.Warning => "warning",
        _ => "FAILURE",
    };
}
