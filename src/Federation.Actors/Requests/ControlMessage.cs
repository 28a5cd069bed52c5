namespace Federation.Actors.Requests;

/// <summary>A request or reply of a peer on its way to the bus.</summary>
/// <param name="Peer">Whose it is.</param>
/// <param name="Id">The envelope's id, as it stood between its quotes.</param>
/// <param name="Method">What is or was asked; null when nobody knows.</param>
/// <param name="Payload">The envelope's payload.</param>
internal sealed record ControlMessage(string Peer, string Id, string? Method, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The trace it belongs to; null: none.</summary>
    public string? TraceParent { get; init; }
}
