using System.CommandLine;
using System.Text;
using System.Text.Json;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;
using Federation.Actors.Sockets.Server;
using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

internal static class RequestCommand
{
    public static Command Create()
    {
        var peer = new Argument<string>("PEER") { Description = "The peer's name, as listed by federation peers. Omit it with --all or "
            + "--tag." };
        var method = new Argument<string?>("METHOD")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = $"The method: {string.Join(", ", BuiltInMethods.All.Order(StringComparer.Ordinal))}, or another method of "
                + "the peer.",
        };
        var parameters = new Option<string?>("--params") { Description = "The method's parameters. Default: {}.", HelpName = "JSON" };
        var all = new Option<bool>("--all")
        {
            Description = $"Sends the request to every connected peer, up to {RequestToAll.Concurrent} concurrently, and prints a table of "
                + "the replies.",
        };
        var tag = new Option<string[]>("--tag")
        {
            Description = "Like --all, for the peers with this tag in auth.peers_file. May be repeated: only peers with all tags are asked.",
            HelpName = "KEY=VALUE",
        };
        var json = new Option<bool>("--json") { Description = "Prints the reply on one line, even on a terminal." };
        var options = new ControlOptions();
        var command = new Command("request", "Sends a request to a peer of a running node over NATS and prints the reply. Exit codes: "
            + "0 ok, 1 an error or no reply, 2 wrong settings or arguments.")
        {
            peer,
            method,
            parameters,
            all,
            tag,
            json,
        };
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var faults = new List<SettingsFault>();
            var tags = parsed.GetValue(tag) ?? [];
            var isForAll = parsed.GetValue(all) || tags.Length > 0;
            var (name, what) = (parsed.GetRequiredValue(peer), parsed.GetValue(method));
            if (isForAll && what is not null)
            {
                faults.Add(SettingsFault.Unexpected("PEER", HoconWriter.Quote(name), "none with --all or --tag"));
            }

            faults.AddRange(TagOption.Faults(tags));
            var question = Read(
                isForAll ? null : name, isForAll ? what ?? name : what ?? "", parsed.GetValue(parameters), faults);
            var target = options.Read(parsed, faults);
            await using var client = new NatsCommandClient(target.Nats, "request");
            if (isForAll)
            {
                return await new RequestToAll(
                    client, target, tags, parsed.GetValue(json), parsed.InvocationConfiguration).RunAsync(question, cancel);
            }

            var answer = await client.AskAsync(ControlSubjects.Send(target.Subject, name), question, target.Timeout, cancel);
            return Print(answer, target, name, parsed.GetValue(json), parsed.InvocationConfiguration);
        });
        return command;
    }

    private static ReadOnlyMemory<byte> Read(string? peer, string method, string? parameters, List<SettingsFault> faults)
    {
        if (peer is not null && !PeerIdentity.IsValid(peer))
        {
            faults.Add(SettingsFault.Unexpected("PEER", HoconWriter.Quote(peer), "a name of 1 to 64 of A-Za-z0-9_-"));
        }

        if (ControlPayload.MethodFault(method) is not null)
        {
            faults.Add(method.Length == 0 ? SettingsFault.Missing("METHOD", ControlPayload.ExpectedMethod)
                : SettingsFault.Unexpected("METHOD", HoconWriter.Quote(method), ControlPayload.ExpectedMethod));
        }

        var json = Encoding.UTF8.GetBytes(parameters ?? "{}");
        try
        {
            using var document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            // Where stands behind what in the library's words, in terms of its own.
            var problem = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            var place = $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
            faults.Add(new SettingsFault("--params", $"{place}: {problem}; expected JSON, such as '{{\"count\":10}}' in quotes"));
        }

        return faults.Count > 0 ? default : ControlPayload.Request(method, json);
    }

    private static int Print(ControlAnswer answer, ControlTarget target, string peer, bool asJson, InvocationConfiguration console)
    {
        switch (answer.Kind)
        {
            case ControlAnswerKind.Answered:
                console.Output.WriteLine(ControlPrinter.Text(answer.Payload, asJson));
                if (ControlPayload.IsOk(answer.Payload.Span) is null)
                {
                    console.Error.WriteLine($"the answer of {peer} has no status ok or error");
                }

                return ControlPayload.IsOk(answer.Payload.Span) == true ? ExitCodes.Success : ExitCodes.Refused;
            case ControlAnswerKind.NobodyThere:
                console.Error.WriteLine(
                    $"no peer named {peer} is connected to {target.Component}: {answer.Problem}. `federation peers --config {target.File} "
                    + $"--component {target.Component}` lists the connected peers");
                return ExitCodes.Refused;
            default:
                console.Error.WriteLine(answer.Problem);
                return ExitCodes.Refused;
        }
    }
}
