namespace Federation.Actors;

/// <summary>Which end of the socket a component is.</summary>
public enum ComponentMode
{
    /// <summary>Listens, and accepts any number of peers.</summary>
    Server,

    /// <summary>Dials one remote server.</summary>
    Client,
}
