namespace Federation.Actors.TestKit;

/// <summary>A message from the node's bus that a peer has got. For the test's thread.</summary>
public sealed class TestData
{
    private readonly TestPeer _peer;

    internal TestData(TestPeer peer, TestEnvelope envelope)
    {
        _peer = peer;
        Envelope = envelope;
    }

    /// <summary>The message as it came.</summary>
    public TestEnvelope Envelope { get; }

    /// <summary>Says that the peer has it.</summary>
    public void Ack() => _peer.SendText($$"""{"type":"ack","id":{{TestPeer.Quote(Envelope.Id)}}}""");

    /// <summary>Says that the peer does not take it.</summary>
    /// <param name="reason">Such as <c>queue_full</c>.</param>
    public void Nack(string reason = "queue_full") =>
        _peer.SendEnvelope("nack", Envelope.Id, $$"""{"reason":{{TestPeer.Quote(reason)}}}""");
}
