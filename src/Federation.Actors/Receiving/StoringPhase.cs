namespace Federation.Actors.Receiving;

/// <summary>Where a stream stands in the eyes of what publishes to it.</summary>
internal enum StoringPhase
{
    /// <summary>It has refused nothing for now.</summary>
    Calm,

    /// <summary>It does not take what it was given.</summary>
    Away,

    /// <summary>One message is written again and has no answer.</summary>
    Probing,

    /// <summary>That message is answered for good; the others are written again.</summary>
    Back,
}
