namespace Federation.Actors;

/// <summary>Where a JetStream stream keeps its messages.</summary>
public enum StreamStorage
{
    /// <summary>On disk.</summary>
    File,

    /// <summary>In the memory of the server; messages are lost when it stops.</summary>
    Memory,
}
