namespace Federation.Actors;

/// <summary>What happens when a message arrives at a full queue.</summary>
public enum OverflowPolicy
{
    /// <summary>The oldest message that is not yet in flight to the bus is evicted and nacked.</summary>
    DropOldest,

    /// <summary>The new message is nacked.</summary>
    DropNewest,

    /// <summary>The node stops reading from the sockets until there is room.</summary>
    Block,
}
