namespace Federation.Actors.TestKit;

/// <summary>A request that a peer has received from the node. Use it only from the thread of the test.</summary>
public sealed class TestRequest
{
    private readonly TestPeer _peer;

    internal TestRequest(TestPeer peer, TestEnvelope envelope)
    {
        _peer = peer;
        Id = envelope.Id;
        Parameters = TestPeer.Member(envelope, "params");
    }

    /// <summary>The id of the request.</summary>
    public string Id { get; }

    /// <summary>The parameters, as JSON.</summary>
    public string Parameters { get; }

    /// <summary>Replies with the status <c>ok</c>.</summary>
    /// <param name="result">The result, as JSON.</param>
    public void Reply(string result = "{}") => _peer.SendEnvelope("reply", Id, $$"""{"status":"ok","result":{{result}}}""");

    /// <summary>Replies with an error.</summary>
    /// <param name="code">The error code, such as <c>unknown_method</c>.</param>
    /// <param name="message">The error message, one sentence.</param>
    public void Refuse(string code, string message = "refused") =>
        _peer.SendEnvelope(
            "reply", Id, $$$"""{"status":"error","error":{"code":{{{TestPeer.Quote(code)}}},"message":{{{TestPeer.Quote(message)}}}}}""");
}
