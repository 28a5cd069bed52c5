using System.Diagnostics;

namespace Federation.Actors.Protocol;

/// <summary>The trace of a message to peers. Its envelope says the same.</summary>
/// <param name="Parent">The span of whoever has published it.</param>
/// <param name="Taken">When it was taken from the bus.</param>
internal sealed record OutboundTrace(ActivityContext Parent, DateTimeOffset Taken);
