namespace Federation.Actors;

/// <summary>State of the connection of a client-mode component.</summary>
public enum LinkState
{
    /// <summary>The component dials for the first time.</summary>
    Connecting,

    /// <summary>The connection is open.</summary>
    Connected,

    /// <summary>The connection was lost or could not be opened; the component dials again after a delay.</summary>
    Reconnecting,

    /// <summary>The component does not dial again until an operator requests it.</summary>
    Failed,

    /// <summary>The component has stopped or is stopping.</summary>
    Stopped,
}
