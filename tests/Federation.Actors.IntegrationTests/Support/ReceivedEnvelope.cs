using System.Text.Json;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A message as a peer gets it.</summary>
internal sealed record ReceivedEnvelope(JsonElement Envelope)
{
    public string Id => Envelope.GetProperty("id").GetString()!;

    public string Subject => Envelope.GetProperty("subject").GetString()!;

    public JsonElement Payload => Envelope.GetProperty("payload");

    /// <summary>The payload's <c>n</c>; -1 when it has none.</summary>
    public int Number => Payload.ValueKind == JsonValueKind.Object && Payload.TryGetProperty("n", out var number) ? number.GetInt32() : -1;

    /// <summary>What says that it is taken.</summary>
    public string Ack => $$"""{"type":"ack","id":"{{Id}}","timestamp":0}""";

    /// <summary>What says that it is not.</summary>
    public string Nack(string reason) =>
        $$$"""{"type":"nack","id":"{{{Id}}}","timestamp":0,"payload":{"reason":"{{{reason}}}","error":"no"}}""";
}
