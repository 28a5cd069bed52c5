namespace Federation.Actors;

/// <summary>The lowest level that the console program's log writes.</summary>
public enum LogThreshold
{
    /// <summary>All events, including each connection of a peer.</summary>
    Debug,

    /// <summary>Normal operation.</summary>
    Info,

    /// <summary>Problems that may need attention.</summary>
    Warning,

    /// <summary>Problems that need action.</summary>
    Error,
}
