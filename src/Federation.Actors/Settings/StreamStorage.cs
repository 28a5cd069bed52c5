namespace Federation.Actors;

/// <summary>Where a JetStream stream keeps its messages.</summary>
public enum StreamStorage
{
    /// <summary>On disk. Spelled <c>file</c>.</summary>
    File,

    /// <summary>In the server's memory: lost with it. Spelled <c>memory</c>.</summary>
    Memory,
}
