namespace Federation.Actors;

/// <summary>A data message that a consumer in this process receives from a port of type <c>local</c>.</summary>
/// <param name="Component">The component that received it.</param>
/// <param name="Peer">Identity of the peer that sent it, 1 to 64 of <c>A-Za-z0-9_-</c>.</param>
/// <param name="Subject">The port's subject with its placeholders replaced.</param>
/// <param name="Id">The envelope's id exactly as it was between its quotes, including escapes; empty if there is none.</param>
/// <param name="Payload">The JSON payload in UTF-8, unchanged. The consumer owns this copy.</param>
public sealed record ReceivedMessage(string Component, string Peer, string Subject, string Id, ReadOnlyMemory<byte> Payload);
