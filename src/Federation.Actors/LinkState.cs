namespace Federation.Actors;

/// <summary>How a client-mode component's connection is.</summary>
public enum LinkState
{
    /// <summary>The first dial is under way.</summary>
    Connecting,

    /// <summary>The connection is open.</summary>
    Connected,

    /// <summary>The connection was lost or could not be made; it is dialled again after a pause.</summary>
    Reconnecting,

    /// <summary>No further attempt is made until someone asks for one.</summary>
    Failed,

    /// <summary>The component has ended or is about to.</summary>
    Stopped,
}
