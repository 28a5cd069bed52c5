using System.CommandLine;
using Federation.Actors.Host;
using Federation.Actors.Host.Commands;
using Federation.Actors.Host.Converting;

var root = new RootCommand("Joins NATS and Akka.NET systems over WebSockets; nothing that was answered is ever lost.")
{
    RunCommand.Create(),
    ValidateCommand.Create(),
    StatusCommand.Create(),
    TopCommand.Create(),
    RequestCommand.Create(),
    PeersCommand.Create(),
    SendCommand.Create(),
    TapCommand.Create(),
    ConvertCommand.Create(),
    CompletionCommand.Create(),
};

// The node answers signals itself: it drains first.
var parsed = root.Parse(args);
try
{
    var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? ExitCodes.BadSettings : exitCode;
}
catch (Exception e) when (e is not OutOfMemoryException)
{
    // Each verb answers for what it reads; what is left is the output.
    await Console.Error.WriteLineAsync(e is IOException or UnauthorizedAccessException && parsed.CommandResult.Command.Name is not "run"
        ? $"cannot write the output: {e.GetBaseException().Message.TrimEnd('.')}; is it closed, or its disk full?"
        : $"Unhandled exception: {e}");
    return ExitCodes.Refused;
}
