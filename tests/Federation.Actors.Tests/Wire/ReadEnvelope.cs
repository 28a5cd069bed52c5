namespace Federation.Actors.Tests.Wire;

/// <summary>The parts of an envelope as text.</summary>
/// <param name="Type">The type's name.</param>
/// <param name="Id">The id as it stood between its quotes; null when there is none.</param>
/// <param name="Payload">The payload's JSON as it stood; null when there is none.</param>
internal sealed record ReadEnvelope(string Type, string? Id, string? Payload);
