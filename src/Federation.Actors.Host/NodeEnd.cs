namespace Federation.Actors.Host;

/// <summary>How a node has ended.</summary>
/// <param name="Unanswered">How many messages the drain left unanswered; null when there was no drain.</param>
/// <param name="WasDowned">True when its cluster has gone on without it.</param>
internal sealed record NodeEnd(int? Unanswered, bool WasDowned);
