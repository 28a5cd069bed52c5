namespace Federation.Actors.TestKit;

/// <summary>A message that a component has published. Immutable.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Payload">The payload, as text.</param>
/// <param name="Peer">The peer that sent the message.</param>
/// <param name="Id">The envelope's id with its escapes; empty if there is none.</param>
public sealed record PublishedMessage(string Subject, string Payload, string Peer, string Id)
{
    /// <summary>Subject, payload, id and peer.</summary>
    public override string ToString() => $"{Subject} {Payload} ({(Id.Length == 0 ? "without an id" : Id)} from {Peer})";
}
