namespace Federation.Actors;

/// <summary>When a message to a peer counts as delivered.</summary>
public enum DeliveryMode
{
    /// <summary>When the peer has acked it; until then it is sent again. Spelled <c>at_least_once</c> or <c>at-least-once</c>.</summary>
    AtLeastOnce,

    /// <summary>When it is written to the connection. Spelled <c>at_most_once</c> or <c>at-most-once</c>.</summary>
    AtMostOnce,
}
