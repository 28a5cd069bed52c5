namespace Federation.Actors.Tests.Protocol;

/// <summary>The parts of an envelope as text.</summary>
/// <param name="Type">The type's name.</param>
/// <param name="Id">The id as it stood between its quotes; null when there is none.</param>
/// <param name="Payload">The payload's JSON as it stood; null when there is none.</param>
/// <param name="Via">The ids of the nodes passed, with commas between them; null when it does not say.</param>
/// <param name="Subject">The subject as it stood between its quotes; null when there is none.</param>
internal sealed record ReadEnvelope(string Type, string? Id, string? Payload, string? Via = null, string? Subject = null);
