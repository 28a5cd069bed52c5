namespace Federation.Actors;

/// <summary>A message from code in this process to the peers of a component.</summary>
/// <param name="Subject">What the envelope says under <c>subject</c>, and what peers filter by.</param>
/// <param name="Payload">Any bytes; JSON goes as it is. Not to be changed afterwards.</param>
public sealed record OutgoingMessage(string Subject, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Name of the only peer that gets it, such as <see cref="ReceivedMessage.Peer"/>. Null: all peers. Without a peer of this
    /// name the message is dropped, and counted in <c>messages_dropped_total</c> as <c>no_peer</c>.</summary>
    public string? Peer { get; init; }
}
