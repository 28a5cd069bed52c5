namespace Federation.Actors.TestKit;

/// <summary>A message that a component could not deliver to a peer, and will not try again. Immutable.</summary>
/// <param name="Subject">Where it was published.</param>
/// <param name="Payload">What, as text.</param>
/// <param name="Peer">Who did not take it.</param>
/// <param name="Reason">Why, as in the metric <c>websocket_output_messages_dropped_total</c>.</param>
public sealed record GivenUpMessage(string Subject, string Payload, string Peer, string Reason)
{
    /// <summary>Subject, payload, peer and reason.</summary>
    public override string ToString() => $"{Subject} {Payload} (to {Peer}: {Reason})";
}
