namespace Federation.Actors.Supervision;

/// <summary>A part of a component has failed too often; the component starts anew.</summary>
internal sealed class PartFailedException(string part)
    : Exception($"{part} failed more than {ComponentStrategy.MaxRestarts} times within {ComponentStrategy.Period.TotalSeconds:0} seconds");
