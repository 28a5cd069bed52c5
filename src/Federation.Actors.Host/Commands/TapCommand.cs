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
            { Description = "With --config: the component whose subjects are listened to. May be left out when there is only one.",
                HelpName = "NAME" };
        var ack = new Option<bool>("--ack")
        {
            Description = "With --url: acks what comes. A peer of the same --peer name will not get what was acked.",
        };
        var filter = new Option<string[]>("--filter")
            { Description = $"Shows only what has this in its payload: {TapFilter.Expected}. May be given often.",
                HelpName = "PATH=VALUE", DefaultValueFactory = static _ => [] };
        var count = new Option<string?>("--count") { Description = "Ends after so many.", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Prints one line of JSON for each." };
        var peer = new PeerOptions();
        var configuration = new ConfigurationOptions(required: false);
        var command = new Command(
            "tap",
            "Prints what a node sends to a peer (--url; as a peer of its own, which takes nothing from others), or what passes a "
            + "component on NATS (--config; the node does not notice). Exit codes: 0 ended, 1 no connection, 2 wrong arguments.")
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
                    new SettingsFault("--url", "expected either --url, to see what a peer gets, or --config, to see what passes on NATS"));
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
            faults.Add(new SettingsFault("--component", $"{meant[0].Name} has only ports of the type local, which nobody outside the "
                + "process can listen to; --url shows what it sends"));
        }

        return (loaded.Settings.Nats, subjects);
    }
}
