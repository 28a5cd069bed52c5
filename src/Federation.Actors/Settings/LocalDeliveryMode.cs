namespace Federation.Actors;

/// <summary>How the consumers of a port of type <c>local</c> divide its messages.</summary>
public enum LocalDeliveryMode
{
    /// <summary>Each message goes to one of them.</summary>
    Share,

    /// <summary>Each message goes to all of them.</summary>
    All,
}
