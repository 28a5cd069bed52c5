namespace Federation.Actors;

/// <summary>The least that the console program's log says.</summary>
public enum LogThreshold
{
    /// <summary>Also each connection of a peer. Spelled <c>debug</c>.</summary>
    Debug,

    /// <summary>What a node does. Spelled <c>info</c>.</summary>
    Info,

    /// <summary>What should be looked at. Spelled <c>warning</c>.</summary>
    Warning,

    /// <summary>What does not end by itself. Spelled <c>error</c>.</summary>
    Error,
}
