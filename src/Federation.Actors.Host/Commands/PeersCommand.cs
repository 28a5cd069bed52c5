using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;

namespace Federation.Actors.Host.Commands;

internal static class PeersCommand
{
    private static readonly string[] Heading = ["PEER", "ADDRESS", "SINCE", "STATE", "TAGS"];

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Prints the node's reply as one line of JSON, with the capabilities of the "
            + "peers." };
        var options = new ControlOptions();
        var command =
            new Command("peers", "Lists the peers of a running node. If several nodes share a control subject, the first reply is "
                + "used.")
                { json, ForgetCommand.Create() };
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var target = options.Read(parsed, []);
            await using var client = new NatsCommandClient(target.Nats, "request");
            var answer = await client.AskAsync(ControlSubjects.Peers(target.Subject), default, target.Timeout, cancel);
            return Print(answer, target, parsed.GetValue(json), parsed.InvocationConfiguration);
        });
        return command;
    }

    private static int Print(ControlAnswer answer, ControlTarget target, bool asJson, InvocationConfiguration console)
    {
        if (answer.Kind != ControlAnswerKind.Answered)
        {
            console.Error.WriteLine(answer.Kind == ControlAnswerKind.NobodyThere
                ? $"no node answers for {target.Component}: {answer.Problem}. `federation run --config {target.File}` starts one"
                : answer.Problem);
            return ExitCodes.Refused;
        }

        if (asJson || ControlPayload.IsOk(answer.Payload.Span) != true)
        {
            console.Output.WriteLine(ControlPrinter.Text(answer.Payload, asJson));
            return ControlPayload.IsOk(answer.Payload.Span) == true ? ExitCodes.Success : ExitCodes.Refused;
        }

        using var document = JsonDocument.Parse(answer.Payload);
        var result = document.RootElement.GetProperty("result"u8);
        List<string[]> rows = [.. result.GetProperty("peers"u8).EnumerateArray().Select(Row)];
        rows.Insert(0, rows.TrueForAll(static row => row[^1].Length == 0) ? [.. Heading[..^1], ""] : Heading);
        foreach (var row in rows)
        {
            console.Output.WriteLine(
                string.Join("  ", row.Select((cell, column) => cell.PadRight(rows.Max(other => other[column].Length)))).TrimEnd());
        }

        var (shown, total) = (rows.Count - 1, result.GetProperty("total"u8).GetInt32());
        if (shown < total)
        {
            console.Error.WriteLine(
                $"the first {shown} of {total} peers; request {ControlSubjects.Peers(target.Subject)} with an offset for the others");
        }

        return ExitCodes.Success;
    }

    private static string[] Row(JsonElement peer) =>
    [
        peer.GetProperty("identity"u8).GetString()!,
        peer.GetProperty("address"u8).GetString()!,
        DateTimeOffset.FromUnixTimeMilliseconds(peer.GetProperty("since"u8).GetInt64()).ToString(
            "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        peer.GetProperty("state"u8).GetString()!,
        peer.TryGetProperty("tags"u8, out var tags)
            ? Terminal.Tame(string.Join(' ', tags.EnumerateObject().Select(static tag => $"{tag.Name}={tag.Value.GetString()}"))) : "",
    ];
}
