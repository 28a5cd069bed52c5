using System.Text.Json;

namespace Federation.Actors.TestKit;

/// <summary>An envelope that a peer has received from the node. Immutable.</summary>
/// <param name="Type"><c>data</c>, <c>request</c>, <c>reply</c>, <c>ack</c>, <c>nack</c> or <c>slow</c>.</param>
/// <param name="Id">The id; empty if there is none.</param>
/// <param name="Subject">The subject; empty if there is none.</param>
/// <param name="Payload">The JSON payload, unchanged; empty if there is none.</param>
/// <param name="Text">The whole envelope.</param>
public sealed record TestEnvelope(string Type, string Id, string Subject, string Payload, string Text)
{
    /// <summary>The text.</summary>
    public override string ToString() => Text;

    internal static TestEnvelope Read(string text)
    {
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        return new TestEnvelope(
            String(root, "type"),
            String(root, "id"),
            String(root, "subject"),
            root.TryGetProperty("payload", out var payload) ? payload.GetRawText() : "",
            text);
    }

    private static string String(JsonElement root, string key) => root.TryGetProperty(key, out var value) ? value.GetString() ?? "" : "";
}
