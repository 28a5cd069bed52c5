namespace Federation.Actors.Receiving;

/// <summary>What a bus puts on each message beside its payload.</summary>
/// <param name="Component">Name of the component.</param>
/// <param name="NodeId">Name of the node.</param>
/// <param name="Subject">Where to publish.</param>
/// <param name="Headers">Whether messages say where they come from.</param>
internal sealed record BusPort(string Component, string NodeId, SubjectTemplate Subject, bool Headers)
{
    /// <summary>Where it may publish; null when peers have no part in the subject.</summary>
    public SubjectGuard? Guard { get; init; }

    /// <summary>Whether bytes that are wrapped in a payload are published in its place.</summary>
    public bool DecodeRaw { get; init; }
}
