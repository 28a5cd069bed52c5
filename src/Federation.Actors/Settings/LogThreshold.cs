namespace Federation.Actors;

/// <summary>The lowest level that the console program's log writes.</summary>
public enum LogThreshold
{
    /// <summary>Also each connection of a peer.</summary>
    Debug,

    /// <summary>What a node does.</summary>
    Info,

    /// <summary>What should be looked at.</summary>
    Warning,

    /// <summary>What does not end by itself.</summary>
    Error,
}
