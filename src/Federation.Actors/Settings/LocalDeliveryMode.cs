namespace Federation.Actors;

/// <summary>How the consumers of a port of type <c>local</c> divide its messages.</summary>
public enum LocalDeliveryMode
{
    /// <summary>Each message goes to one of them. Spelled <c>share</c>.</summary>
    Share,

    /// <summary>Each message goes to all of them. Spelled <c>all</c>.</summary>
    All,
}
