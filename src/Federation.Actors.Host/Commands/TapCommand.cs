using System.CommandLine;
using System.Globalization;
using Federation.Actors.Sending;
using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

internal static class TapCommand
{
    public static Command Create()
    {
        var component = new Option<string?>("--component")
            { Description = "With --config: the component whose messages to print. Optional if there is only one component.",
                HelpName = "NAME" };
        var ack = new Option<bool>("--ack")
        {
            Description = "With --url: acks the messages. Another peer with the same name (--peer) does not get them again.",
        };
        var filter = new Option<string[]>("--filter")
            { Description = $"Shows only messages whose payload matches: {TapFilter.Expected}. May be repeated.",
                HelpName = "PATH=VALUE", DefaultValueFactory = static _ => [] };
        var count = new Option<string?>("--count") { Description = "Ends after this number of messages.", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Prints one line of JSON per message." };
        var peer = new PeerOptions();
        var configuration = new ConfigurationOptions(required: false);
        var command = new Command(
            "tap",
            "Prints the messages that a node sends to a peer (--url, as an additional peer), or those of a "
            + "component on NATS (--config, as an additional subscriber). Exit codes: 0 stopped, 1 no connection, 2 wrong arguments.")
        { component, ack, filter, count, json };
        peer.AddTo(command);
        configuration.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var console = parsed.InvocationConfiguration;
            var faults = new List<SettingsFault>();
            var printer = new TapPrinter(Filters(parsed.GetRequiredValue(filter), faults),
                parsed.GetValue(json), Count(parsed.GetValue(count), faults), Terminal.Lines(console.Output));
            PeerTarget? target = null;
            (NatsSettings Nats, IReadOnlyList<string> Subjects)? place = null;
            if (configuration.IsGiven(parsed) == (parsed.GetValue(peer.Url) is not null))
            {
                faults.Add(
                    new SettingsFault("--url", "expected either --url, for the messages to a peer, or --config, for the messages on NATS"));
            }
            else if (configuration.IsGiven(parsed))
            {
                place = Find(configuration.Load(parsed), configuration.File(parsed), parsed.GetValue(component), faults);
            }
            else
            {
                target = peer.Read(parsed, faults);
            }

            faults.ThrowIfAny();

            using var interrupt = new Interrupt(cancel);
            return await RunAsync(target, parsed.GetValue(ack), place, printer, console.Error, interrupt.Token);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        PeerTarget? target, bool acks, (
            NatsSettings Nats, IReadOnlyList<string> Subjects)? place, TapPrinter printer, TextWriter errors, CancellationToken cancel)
    {
        try
        {
            if (target is not null)
            {
                await PeerTap.RunAsync(target, acks, printer, errors, cancel);
            }
            else
            {
                await NatsTap.RunAsync(place!.Value.Nats, place.Value.Subjects, printer, errors, cancel);
            }

            return ExitCodes.Success;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
    }

    private static List<MessageFilter> Filters(string[] texts, List<SettingsFault> faults)
    {
        var filters = new List<MessageFilter>();
        foreach (var text in texts)
        {
            if (TapFilter.TryParse(text, out var filter, out var error))
            {
                filters.Add(filter);
            }
            else
            {
                faults.Add(SettingsFault.Unexpected("--filter", $"{HoconWriter.Quote(text)} ({error})", TapFilter.Expected));
            }
        }

        return filters;
    }

    private static long? Count(string? text, List<SettingsFault> faults)
    {
        if (text is null)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
        {
            faults.Add(SettingsFault.Unexpected("--count", HoconWriter.Quote(text), "an integer of at least 1"));
        }

        return count;
    }

    private static (NatsSettings Nats, IReadOnlyList<string> Subjects)? Find(
        LoadedConfiguration loaded, string file, string? name, List<SettingsFault> faults)
    {
        faults.AddRange(loaded.Faults);
        if (loaded.Faults.Count > 0)
        {
            return null;
        }

        // What the components need is for the node to have: their ports are taken by it, and their tokens may not be here.
        faults.AddRange(StartChecks.Run(loaded.Settings with { Components = [], Admin = loaded.Settings.Admin with { Port = 0 } }));
        ComponentSettings[] all = [.. loaded.Settings.Components];
        ComponentSettings[] meant = name is null
            ? all : [.. all.Where(component => string.Equals(component.Name, name, StringComparison.Ordinal))];
        var names = string.Join(", ", all.Select(static component => component.Name));
        if (meant.Length != 1)
        {
            faults.Add(name is null
                ? SettingsFault.Missing("--component", $"one of {file}: {names}")
                : SettingsFault.Unexpected("--component", HoconWriter.Quote(name), $"one of {file}: {names}"));
            return null;
        }

        var subjects = NatsTap.Subjects(meant[0]);
        if (subjects.Count == 0)
        {
            faults.Add(new SettingsFault("--component", $"{meant[0].Name} has only ports of type local, which are not visible "
                + "outside the process; --url shows the messages to its peers"));
        }

        return (loaded.Settings.Nats, subjects);
    }
}
