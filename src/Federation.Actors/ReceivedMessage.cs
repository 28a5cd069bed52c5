namespace Federation.Actors;

/// <summary>A data message as a consumer in this process gets it from a port of type <c>local</c>.</summary>
/// <param name="Component">The component that received it.</param>
/// <param name="Peer">Identity of the peer that sent it, 1 to 64 of <c>A-Za-z0-9_-</c>.</param>
/// <param name="Subject">The port's subject, placeholders filled in.</param>
/// <param name="Id">The envelope's id as it stood between its quotes, escapes included; empty when it has none.</param>
/// <param name="Payload">The payload's JSON in UTF-8, byte for byte as it was sent. The consumer's own copy.</param>
public sealed record ReceivedMessage(string Component, string Peer, string Subject, string Id, ReadOnlyMemory<byte> Payload);
