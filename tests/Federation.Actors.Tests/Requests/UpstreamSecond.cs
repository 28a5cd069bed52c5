namespace Federation.Actors.Tests.Requests;

/// <summary>What came of one second of a simulation.</summary>
/// <param name="Limit">Asked for at its end.</param>
/// <param name="Taken">By the bus.</param>
/// <param name="Dropped">By the full queue.</param>
internal sealed record UpstreamSecond(double? Limit, double Taken, double Dropped);
