using System.CommandLine;
using Federation.Actors.Nats;
using Federation.Actors.Sockets.Server;
using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

internal static class ForgetCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The peer's name." };
        var component = new Option<string?>("--component")
            { Description = "Deletes only the consumers of this component. Default: those of all components.", HelpName = "NAME" };
        var configuration = new ConfigurationOptions();
        var command = new Command(
            "forget", "Deletes the durable consumers of a peer that will not reconnect. The node does not have to run.")
            { name, component };
        configuration.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var loaded = configuration.Load(parsed);
            var faults = new List<SettingsFault>(loaded.Faults);
            var (peer, only) = (parsed.GetRequiredValue(name), parsed.GetValue(component));
            if (!PeerIdentity.IsValid(peer))
            {
                faults.Add(SettingsFault.Unexpected("NAME", HoconWriter.Quote(peer), "1 to 64 of A-Za-z0-9_-"));
            }

            ComponentSettings[] components = loaded.Faults.Count > 0 ? [] :
            [
                .. loaded.Settings.Components.Where(candidate => candidate.Mode == ComponentMode.Server
                    && candidate.Ports.Inputs.Any(static port => port.Type == PortType.Jetstream)
                    && (only is null || string.Equals(candidate.Name, only, StringComparison.Ordinal))),
            ];
            if (loaded.Faults.Count == 0 && components.Length == 0)
            {
                faults.Add(new SettingsFault(
                    only is null ? "federation.components" : "--component",
                    $"no {(only is null ? "" : "such ")}component of {configuration.File(parsed)} has durable consumers; expected mode "
                    + "= server and an input of type jetstream"));
            }

            faults.ThrowIfAny();
            return await ForgetAsync(loaded.Settings.Nats, components, peer, parsed.InvocationConfiguration, cancel);
        });
        return command;
    }

    private static async Task<int> ForgetAsync(
        NatsSettings nats, ComponentSettings[] components, string peer, InvocationConfiguration console, CancellationToken cancel)
    {
        await using var client = new NatsCommandClient(nats, "peers forget");
        if (await client.OpenAsync(cancel) is { } problem)
        {
            throw new VerbFailedException(problem, ExitCodes.Refused);
        }

        var (deleted, kept) = (0, 0);
        try
        {
            foreach (var component in components)
            {
                foreach (var (consumer, stream, isDeleted) in await client.ForgetAsync(component, peer, cancel))
                {
                    (deleted, kept) = isDeleted ? (deleted + 1, kept) : (deleted, kept + 1);
                    await (isDeleted ? console.Output : console.Error).WriteLineAsync(
                        isDeleted ? $"deleted the consumer {consumer} of the stream {stream}"
                        : $"{peer} is connected to {component.Name}, so the consumer {consumer} of the stream {stream} is kept");
                }
            }
        }
        catch (IOException e)
        {
            throw new VerbFailedException(e.Message, ExitCodes.Refused);
        }

        if (deleted + kept == 0)
        {
            await console.Error.WriteLineAsync($"no stream has a consumer for {peer}");
        }

        return deleted > 0 && kept == 0 ? ExitCodes.Success : ExitCodes.Refused;
    }
}
