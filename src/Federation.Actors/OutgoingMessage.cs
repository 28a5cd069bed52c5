namespace Federation.Actors;

/// <summary>A message from code in this process to the peers of a component.</summary>
/// <param name="Subject">What the envelope says under <c>subject</c>, and what peers filter by.</param>
/// <param name="Payload">Any bytes; JSON goes as it is. Not to be changed afterwards.</param>
public sealed record OutgoingMessage(string Subject, ReadOnlyMemory<byte> Payload);
