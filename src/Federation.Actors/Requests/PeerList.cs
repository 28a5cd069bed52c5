using System.Text.Json;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Requests;

internal sealed class PeerList(string nodeId, string component, PeerTable peers, Clock clock)
{
    internal const int MaxPage = 1000;

    public ReadOnlyMemory<byte> Answer(ReadOnlyMemory<byte> question, int maxBytes)
    {
        if (!TryRead(question, out var offset, out var limit, out var error))
        {
            return ReplyPayload.Error(RequestErrors.InvalidRequest, error);
        }

        PeerEntry[] page = [.. peers.All.OrderBy(static peer => peer.Identity, StringComparer.Ordinal)
            .ThenBy(static peer => peer.Meter.Since).Skip(offset).Take(limit)];
        while (true)
        {
            var answer = ReplyPayload.Ok(json => Write(json, page, offset));
            if (answer.Length <= maxBytes || page.Length == 0)
            {
                return answer;
            }

            page = page[..(page.Length / 2)];
        }
    }

    private static bool TryRead(ReadOnlyMemory<byte> question, out int offset, out int limit, out string error)
    {
        offset = 0;
        limit = MaxPage;
        error = "";
        if (question.IsEmpty)
        {
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(question);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                error = "the payload is not an object; expected nothing, or an object with offset and limit";
            }
            else if (!TryRead(document.RootElement, "offset", 0, ref offset) || !TryRead(document.RootElement, "limit", 1, ref limit))
            {
                error = $"expected an offset of at least 0 and a limit of 1 to {MaxPage}";
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            error = "the payload is not JSON; expected nothing, or an object with offset and limit";
        }

        limit = Math.Min(limit, MaxPage);
        return error.Length == 0;
    }

    private static bool TryRead(JsonElement question, string name, int least, ref int value) =>
        !question.TryGetProperty(name, out var given)
            || (given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out value) && value >= least);

    private static void WriteTags(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? tags)
    {
        if (tags is not { Count: > 0 })
        {
            return;
        }

        json.WriteStartObject("tags"u8);
        foreach (var (key, value) in tags)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, PeerEntry[] page, int offset)
    {
        var now = clock.Now;
        json.WriteStartObject();
        json.WriteString("node"u8, nodeId);
        json.WriteString("component"u8, component);
        json.WriteNumber("total"u8, peers.All.Count);
        json.WriteNumber("offset"u8, offset);
        json.WriteStartArray("peers"u8);
        foreach (var peer in page)
        {
            json.WriteStartObject();
            json.WriteString("identity"u8, peer.Identity);
            json.WriteString("address"u8, peer.Meter.Address);
            json.WriteNumber("since"u8, now.Stamp(peer.Meter.Since).ToUnixTimeMilliseconds());
            json.WriteString("state"u8, peer.IsClosing ? "closing"u8 : "connected"u8);
            WriteTags(json, peer.Meter.Described?.Tags);
            json.WritePropertyName("capabilities"u8);
            json.WriteRawValue(peer.Meter.Capabilities is { } capabilities ? capabilities : "{}"u8);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
