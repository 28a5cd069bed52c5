using System.CommandLine;
using Federation.Actors.Host.Converting;

namespace Federation.Actors.Host.Commands;

internal static class CommandLine
{
    public static void ThrowIfAny(this IReadOnlyCollection<SettingsFault> faults)
    {
        if (faults.Count > 0)
        {
            throw new VerbFailedException(new SettingsException([.. faults]).Message, ExitCodes.BadSettings);
        }
    }

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var root = new RootCommand("Links NATS servers and Akka.NET programs over WebSockets. No acked message is lost.")
        {
            RunCommand.Create(),
            ValidateCommand.Create(),
            DoctorCommand.Create(),
            StatusCommand.Create(),
            TopCommand.Create(),
            RequestCommand.Create(),
            PeersCommand.Create(),
            TokenCommand.Create(),
            SendCommand.Create(),
            TapCommand.Create(),
            ConvertCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Options.OfType<VersionOption>().Single().Action = new ProgramVersion.Action();
        root.Subcommands.Add(HelpCommand.Create(root));
        root.Subcommands.Add(HelpCommand.CreateVersion(root));
        var parsed = root.Parse(args);
        try
        {
            // The node answers signals itself: it drains first.
            var exitCode = await parsed.InvokeAsync(
                new InvocationConfiguration { ProcessTerminationTimeout = null,
                    EnableDefaultExceptionHandler = false, Output = output, Error = error }, cancel);
            return parsed.Errors.Count > 0 ? ExitCodes.BadSettings : exitCode;
        }
        catch (VerbFailedException e)
        {
            await error.WriteLineAsync(e.Message);
            return e.ExitCode;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Each verb answers for what it reads; what is left is the output.
            await error.WriteLineAsync(e is IOException or UnauthorizedAccessException && parsed.CommandResult.Command.Name is not "run"
                ? $"cannot write the output: {e.GetBaseException().Message.TrimEnd('.')}; it may be closed, or the disk may be full"
                : $"Unhandled exception: {e}");
            return ExitCodes.Refused;
        }
    }
}

/// <summary>The message has reason and remedy, without secrets.</summary>
internal class VerbFailedException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
