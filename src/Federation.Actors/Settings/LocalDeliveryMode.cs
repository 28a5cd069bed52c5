namespace Federation.Actors;

/// <summary>How the messages of a port of type <c>local</c> are divided among its consumers.</summary>
public enum LocalDeliveryMode
{
    /// <summary>Each message goes to one consumer.</summary>
    Share,

    /// <summary>Each message goes to all consumers.</summary>
    All,
}
