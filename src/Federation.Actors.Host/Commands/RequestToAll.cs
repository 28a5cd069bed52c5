using System.CommandLine;
using System.Text;
using System.Text.Json;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;

namespace Federation.Actors.Host.Commands;

/// <summary>Sends one request to every connected peer of a component, on all nodes that share its control subject.</summary>
/// <param name="tags">Only peers with all of these, KEY=VALUE.</param>
internal sealed class RequestToAll(
    NatsCommandClient client, ControlTarget target, IReadOnlyList<string> tags, bool asJson, InvocationConfiguration console)
{
    /// <summary>Peers that are asked at the same time, because each answer may have a MiB.</summary>
    internal const int Concurrent = 32;

    private const string NoReply = "no reply";

    private readonly Lock _gate = new();
    private int _succeeded;

    public async Task<int> RunAsync(ReadOnlyMemory<byte> question, CancellationToken cancel)
    {
        var peers = await PeersAsync(cancel);
        if (peers.Count == 0)
        {
            throw new VerbFailedException(
                $"no peer {(tags.Count == 0 ? "" : $"with {string.Join(" and ", tags)} ")}is connected to {target.Component}", ExitCodes.Refused);
        }

        var width = Math.Max("PEER".Length, peers.Max(static peer => peer.Length));
        if (!asJson)
        {
            WriteRow("PEER", "STATUS", "REPLY", width);
        }

        await Parallel.ForEachAsync(
            peers,
            new ParallelOptions { MaxDegreeOfParallelism = Concurrent, CancellationToken = cancel },
            async (peer, stop) => Print(
                peer, await client.AskAsync(ControlSubjects.Send(target.Subject, peer), question, target.Timeout, stop), width));
        await console.Error.WriteLineAsync($"{_succeeded} of {peers.Count} peers replied ok");
        return _succeeded == peers.Count ? ExitCodes.Success : ExitCodes.Refused;
    }

    private async Task<IReadOnlyCollection<string>> PeersAsync(CancellationToken cancel)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var offset = 0;
        while (true)
        {
            var next = int.MaxValue;
            var page = Encoding.UTF8.GetBytes($$"""{"offset":{{offset}}}""");
            foreach (var answer in await client.AskAllAsync(ControlSubjects.Peers(target.Subject), page, target.Timeout, cancel))
            {
                if (answer.Kind != ControlAnswerKind.Answered || ControlPayload.IsOk(answer.Payload.Span) != true)
                {
                    throw new VerbFailedException(
                        answer.Kind == ControlAnswerKind.NobodyThere
                            ? $"no node answers for {target.Component}: {answer.Problem}. `federation run --config {target.File}` starts "
                                + "one"
                            : answer.Kind == ControlAnswerKind.Failed ? answer.Problem : ControlPrinter.Text(answer.Payload, asLine: true),
                        ExitCodes.Refused);
                }

                using var document = JsonDocument.Parse(answer.Payload);
                var result = document.RootElement.GetProperty("result"u8);
                var peers = result.GetProperty("peers"u8);
                found.UnionWith(peers.EnumerateArray().Where(HasTags).Select(static peer => peer.GetProperty("identity"u8).GetString()!));
                var end = offset + peers.GetArrayLength();
                next = end > offset && end < result.GetProperty("total"u8).GetInt32() ? Math.Min(next, end) : next;
            }

            if (next == int.MaxValue)
            {
                return found;
            }

            offset = next;
        }
    }

    private bool HasTags(JsonElement peer)
    {
        HashSet<string> given = peer.TryGetProperty("tags"u8, out var all)
            ? [.. all.EnumerateObject().Select(static tag => $"{tag.Name}={tag.Value.GetString()}")] : [];
        return tags.All(given.Contains);
    }

    private void Print(string peer, ControlAnswer answer, int width)
    {
        var (status, text) = Read(answer);
        lock (_gate)
        {
            _succeeded += status is ReplyStatuses.Ok ? 1 : 0;
            if (asJson)
            {
                console.Output.WriteLine(Line(peer, answer, status, text));
            }
            else
            {
                WriteRow(peer, status, Terminal.Tame(text), width);
            }
        }
    }

    private static (string Status, string Text) Read(ControlAnswer answer)
    {
        if (answer.Kind != ControlAnswerKind.Answered)
        {
            return (NoReply, answer.Problem);
        }

        if (ControlPayload.IsOk(answer.Payload.Span) is not { } isOk || !PayloadReader.IsJson(answer.Payload.Span, EnvelopeReader.MaxDepth))
        {
            return (ReplyStatuses.Error, ControlPrinter.Text(answer.Payload, asLine: true));
        }

        using var document = JsonDocument.Parse(answer.Payload);
        var reply = document.RootElement;
        return isOk
            ? (ReplyStatuses.Ok, reply.TryGetProperty("result"u8, out var result) ? result.GetRawText() : "")
            : (ReplyStatuses.Error, reply.TryGetProperty("error"u8, out var error) ? error.GetRawText() : "");
    }

    /// <summary>The reply of the peer, or an error in the same form.</summary>
    private static string Line(string peer, ControlAnswer answer, string status, string text) =>
        Encoding.UTF8.GetString(ReplyPayload.Write(json =>
        {
            json.WriteString("peer"u8, peer);
            if (status is not NoReply && PayloadReader.IsJson(answer.Payload.Span, EnvelopeReader.MaxDepth))
            {
                json.WritePropertyName("reply"u8);
                json.WriteRawValue(ControlPrinter.Text(answer.Payload, asLine: true));
            }
            else
            {
                json.WriteString("problem"u8, text);
            }
        }).Span);

    private void WriteRow(string peer, string status, string answer, int width) =>
        console.Output.WriteLine($"{peer.PadRight(width)}  {status.PadRight(NoReply.Length)}  {answer}".TrimEnd());
}
