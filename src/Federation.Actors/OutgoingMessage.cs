namespace Federation.Actors;

/// <summary>A message from code in this process to the peers of a component.</summary>
/// <param name="Subject">The <c>subject</c> of the envelope, by which peers can filter.</param>
/// <param name="Payload">Any bytes; JSON is sent unchanged. Do not change the bytes afterwards.</param>
public sealed record OutgoingMessage(string Subject, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Name of the only peer that gets the message, such as <see cref="ReceivedMessage.Peer"/>. Null: all peers. If no peer
    /// with this name exists, the message is dropped, and counted in <c>messages_dropped_total</c> as <c>no_peer</c>.</summary>
    public string? Peer { get; init; }
}
