namespace Federation.Actors.TestKit;

/// <summary>A message from the node's bus that a peer has received. Use it only from the thread of the test.</summary>
public sealed class TestData
{
    private readonly TestPeer _peer;

    internal TestData(TestPeer peer, TestEnvelope envelope)
    {
        _peer = peer;
        Envelope = envelope;
    }

    /// <summary>The received envelope.</summary>
    public TestEnvelope Envelope { get; }

    /// <summary>Sends an ack.</summary>
    public void Ack() => _peer.SendText($$"""{"type":"ack","id":{{TestPeer.Quote(Envelope.Id)}}}""");

    /// <summary>Sends a nack.</summary>
    /// <param name="reason">The reason, such as <c>queue_full</c>.</param>
    public void Nack(string reason = "queue_full") =>
        _peer.SendEnvelope("nack", Envelope.Id, $$"""{"reason":{{TestPeer.Quote(reason)}}}""");
}
