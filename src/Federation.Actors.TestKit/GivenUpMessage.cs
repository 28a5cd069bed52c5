namespace Federation.Actors.TestKit;

/// <summary>A message to a peer that a component has given up. Immutable.</summary>
/// <param name="Subject">The subject of the message.</param>
/// <param name="Payload">The payload, as text.</param>
/// <param name="Peer">The name of the peer.</param>
/// <param name="Reason">The reason, as in the metric <c>websocket_output_messages_dropped_total</c>.</param>
public sealed record GivenUpMessage(string Subject, string Payload, string Peer, string Reason)
{
    /// <summary>Subject, payload, peer and reason.</summary>
    public override string ToString() => $"{Subject} {Payload} (to {Peer}: {Reason})";
}
