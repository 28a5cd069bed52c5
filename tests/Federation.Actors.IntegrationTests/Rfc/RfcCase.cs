namespace Federation.Actors.IntegrationTests.Rfc;

/// <summary>What a peer sends and what it gets, after the numbering of the Autobahn suite's list.</summary>
/// <param name="Id">Section and what is varied; unique.</param>
/// <param name="Sends">The bytes, frame by frame.</param>
/// <param name="Gets">
/// What comes back: <c>ack ID</c> and <c>pong HEX</c>, each kind in its order, and at the end <c>close CODE</c>, without which the peer
/// closes with 1000 itself and is answered.
/// </param>
internal sealed record RfcCase(string Id, IReadOnlyList<byte[]> Sends, params IReadOnlyList<string> Gets)
{
    /// <summary>Bytes of each write; 0: everything in one.</summary>
    public int Chop { get; init; }

    /// <summary>The header <c>Sec-WebSocket-Extensions</c>; null: none.</summary>
    public string? Offer { get; init; }

    /// <summary>What the answer to the handshake agrees to; null: no extension.</summary>
    public string? Agreed { get; init; }

    /// <summary>True when acknowledgments may or may not come before the connection is failed.</summary>
    public bool MayAck { get; init; }

    /// <inheritdoc />
    public override string ToString() => Id;
}
