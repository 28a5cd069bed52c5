namespace Federation.Actors.Protocol;

/// <summary>Whether a message may still go on, from the nodes it has passed.</summary>
internal enum LoopVerdict : byte
{
    /// <summary>It may.</summary>
    None,

    /// <summary>It has been here before.</summary>
    NamesThisNode,

    /// <summary>It has passed as many nodes as a message may.</summary>
    TooManyHops,
}
