namespace Federation.Actors.TestKit;

/// <summary>A request that a peer has got from the node. For the test's thread.</summary>
public sealed class TestRequest
{
    private readonly TestPeer _peer;

    internal TestRequest(TestPeer peer, TestEnvelope envelope)
    {
        _peer = peer;
        Id = envelope.Id;
        Parameters = TestPeer.Member(envelope, "params");
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>What it is asked with, JSON.</summary>
    public string Parameters { get; }

    /// <summary>Replies that all is well.</summary>
    /// <param name="result">JSON.</param>
    public void Reply(string result = "{}") => _peer.SendEnvelope("reply", Id, $$"""{"status":"ok","result":{{result}}}""");

    /// <summary>Refuses.</summary>
    /// <param name="code">Such as <c>unknown_method</c>.</param>
    /// <param name="message">One sentence.</param>
    public void Refuse(string code, string message = "refused") =>
        _peer.SendEnvelope(
            "reply", Id, $$$"""{"status":"error","error":{"code":{{{TestPeer.Quote(code)}}},"message":{{{TestPeer.Quote(message)}}}}}""");
}
