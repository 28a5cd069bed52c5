using System.CommandLine;
using Federation.Actors.Host;
using Federation.Actors.Host.Completing;
using Federation.Actors.Host.Converting;
using Federation.Actors.Host.Sending;
using Federation.Actors.Host.Tapping;
using Federation.Actors.Host.Viewing;

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
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Errors.Count > 0 ? ExitCodes.BadSettings : exitCode;
