namespace Federation.Actors.TestKit;

/// <summary>A message that a component has published. Immutable.</summary>
/// <param name="Subject">Where.</param>
/// <param name="Payload">What, as text.</param>
/// <param name="Peer">The peer it came from.</param>
/// <param name="Id">The envelope's id, escapes as they stood; empty when it had none.</param>
public sealed record PublishedMessage(string Subject, string Payload, string Peer, string Id)
{
    /// <summary>Subject, payload, and where it came from.</summary>
    public override string ToString() => $"{Subject} {Payload} ({(Id.Length == 0 ? "without an id" : Id)} from {Peer})";
}
