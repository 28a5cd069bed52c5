using System.Net.WebSockets;
using System.Text.Json;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.TestKit;

/// <summary>A peer of a component on an in-memory connection, controlled by the test.</summary>
/// <remarks>Each expectation takes the next envelope or event that the peer receives, waits for it for up to
/// <see cref="FederationTestKit.Patience"/>, and fails if it is a different one. Use it only from the thread of the test.</remarks>
public sealed class TestPeer
{
    private readonly FederationTestKit _kit;
    private readonly Journal<PeerEvent> _got = new();

    internal TestPeer(FederationTestKit kit, string name)
    {
        _kit = kit;
        Name = name;
        Socket = MemorySocket.For(_got, kit.Readers);
    }

    /// <summary>The name of the peer.</summary>
    public string Name { get; }

    /// <summary>All envelopes received so far, expected or not.</summary>
    public IReadOnlyList<TestEnvelope> Received => [.. _got.All.OfType<PeerEvent.Got>().Select(static got => TestEnvelope.Read(got.Text))];

    internal MemorySocket Socket { get; }

    private long Now => Clock.Of(_kit.System).UnixMilliseconds;

    /// <summary>Sends a data envelope.</summary>
    /// <param name="id">The id of the envelope.</param>
    /// <param name="payload">The JSON payload; it is published unchanged.</param>
    /// <exception cref="InvalidOperationException">The connection has ended.</exception>
    public void Send(string id, string payload = "{}") => SendEnvelope("data", id, payload);

    /// <summary>Sends any text.</summary>
    /// <param name="text">The text of one WebSocket message.</param>
    /// <exception cref="InvalidOperationException">The connection has ended.</exception>
    public void SendText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!Socket.Send(text))
        {
            throw new InvalidOperationException($"{Name} cannot send: its connection has ended");
        }
    }

    /// <summary>Sends a request; use <see cref="ExpectReply"/> for the reply.</summary>
    /// <param name="id">The id of the envelope.</param>
    /// <param name="method">The method.</param>
    /// <param name="parameters">The parameters, as JSON.</param>
    /// <exception cref="InvalidOperationException">The connection has ended.</exception>
    public void Request(string id, string method, string parameters = "{}") =>
        SendEnvelope("request", id, $$"""{"method":{{Quote(method)}},"params":{{parameters}}}""");

    /// <summary>Sends a <c>slow</c> signal.</summary>
    /// <exception cref="InvalidOperationException">The connection has ended.</exception>
    public void SendSlow() =>
        SendEnvelope("slow", $"bp-{Now}-1", """{"queue_depth":900,"queue_capacity":1000,"utilization":0.9,"threshold":0.8}""");

    /// <summary>Expects the ack of a message.</summary>
    /// <param name="id">The id of the envelope.</param>
    public void ExpectAck(string id) => Expect($"the ack of {id}", "ack", envelope => Is(envelope.Id, id));

    /// <summary>Expects the nack of a message.</summary>
    /// <param name="id">The id of the envelope.</param>
    /// <param name="reason">The reason, such as <c>queue_full</c> or <c>publish_failed</c>; null: any.</param>
    public void ExpectNack(string id, string? reason = null) => Expect(
        $"the nack of {id}{(reason is null ? "" : $" with {reason}")}", "nack", envelope =>
            Is(envelope.Id, id) && (reason is null || Is(Member(envelope, "reason"), reason)));

    /// <summary>Expects a <c>slow</c> signal.</summary>
    public TestEnvelope ExpectSlow() => Expect("a slow signal", "slow", static _ => true);

    /// <summary>Expects the reply to a request.</summary>
    /// <param name="id">The id of the request.</param>
    public TestEnvelope ExpectReply(string id) => Expect($"the reply to {id}", "reply", envelope => Is(envelope.Id, id));

    /// <summary>Expects a request from the node.</summary>
    /// <param name="method">The method.</param>
    /// <returns>The request, to reply to.</returns>
    public TestRequest ExpectRequest(string method) =>
        new(this, Expect($"a request for {method}", "request", envelope => Is(Member(envelope, "method"), method)));

    /// <summary>Expects a message from the node's bus.</summary>
    /// <param name="payload">The payload; null: any.</param>
    /// <returns>The message, to ack or nack.</returns>
    public TestData ExpectData(string? payload = null) =>
        new(this, Expect(
            $"a message{(payload is null ? "" : $" {payload}")}", "data", envelope => payload is null || Is(envelope.Payload, payload)));

    /// <summary>Expects that nothing further was received.</summary>
    public void ExpectNothing() => _kit.ExpectNothing(_got, $"to come to {Name}");

    /// <summary>Expects that the node closes the connection. Unless it has stalled, the peer has answered with a close frame.</summary>
    /// <param name="code">The close status, such as 1001.</param>
    /// <returns>The description in the close frame.</returns>
    public string ExpectClosed(int code) =>
        _kit.Expect(_got, $"{Name} to be closed with {code}",
            found => found is PeerEvent.Closed closed && closed.Code == code ? closed : null).Description;

    /// <summary>Expects that the node aborts the connection without a close frame.</summary>
    public void ExpectLost() => _kit.Expect(_got, $"the connection of {Name} to be cut", static found => found as PeerEvent.Lost);

    /// <summary>Stops reading until <see cref="Resume"/>, so the node's writes are blocked.</summary>
    public void Stall() => Do(Socket.Stall);

    /// <summary>Reads some of the messages that are waiting since <see cref="Stall"/>, as a slow peer does.</summary>
    /// <param name="messages">The number of messages.</param>
    public void Read(int messages) => Do(() => Socket.Read(messages));

    /// <summary>Continues to read.</summary>
    public void Resume() => Do(Socket.Resume);

    /// <summary>Ends the connection without a close frame; both ends detect it.</summary>
    public void Cut() => Do(Socket.Cut);

    /// <summary>Makes the connection half open: nothing arrives in either direction, and neither end detects it.</summary>
    public void GoSilent() => Do(Socket.GoSilent);

    /// <summary>Lets the node's next read fail, after it has read all earlier messages. Until then the node can still write.</summary>
    public void BreakReads() => Do(() => Socket.BreakReads());

    /// <summary>Lets the node's next write fail. The node can still read.</summary>
    public void BreakWrites() => Do(() => Socket.BreakWrites());

    /// <summary>Closes the connection.</summary>
    /// <param name="code">The close status; 1000 by default.</param>
    /// <param name="text">The text of the close frame; empty by default.</param>
    public void Close(int code = 1000, string text = "") => Do(() => Socket.Send(MemoryFrame.Close((WebSocketCloseStatus)code, text)));

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal void SendEnvelope(string type, string id, string payload) =>
        SendText($$"""{"type":"{{type}}","id":{{Quote(id)}},"timestamp":{{Now}},"payload":{{payload}}}""");

    internal static string Quote(string text) => JsonSerializer.Serialize(text);

    internal static string Member(TestEnvelope envelope, string key)
    {
        if (envelope.Payload.Length == 0)
        {
            return "";
        }

        using var payload = JsonDocument.Parse(envelope.Payload);
        return payload.RootElement.ValueKind == JsonValueKind.Object && payload.RootElement.TryGetProperty(key, out var value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()
            : "";
    }

    private static bool Is(string found, string expected) => string.Equals(found, expected, StringComparison.Ordinal);

    private TestEnvelope Expect(string expected, string type, Func<TestEnvelope, bool> match) => _kit.Expect(
        _got,
        $"{Name} to get {expected}",
        found => found is PeerEvent.Got { Text: var text } && TestEnvelope.Read(text) is var envelope
            && Is(envelope.Type, type) && match(envelope) ? envelope : null);

    /// <summary>Runs after the test's earlier actions, and to its end.</summary>
    private void Do(Action act)
    {
        _kit.Settle();
        act();
        _kit.Settle();
    }
}
