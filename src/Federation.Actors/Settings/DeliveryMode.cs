namespace Federation.Actors;

/// <summary>When a message to a peer counts as delivered.</summary>
public enum DeliveryMode
{
    /// <summary>When the peer has acked it; until then it is resent.</summary>
    AtLeastOnce,

    /// <summary>When it is written to the connection.</summary>
    AtMostOnce,
}
