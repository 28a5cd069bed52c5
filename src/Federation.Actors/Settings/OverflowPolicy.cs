namespace Federation.Actors;

/// <summary>What happens when a message arrives at a full queue.</summary>
public enum OverflowPolicy
{
    /// <summary>The oldest message that is not yet on its way to the bus is evicted and nacked.</summary>
    DropOldest,

    /// <summary>The new message is nacked.</summary>
    DropNewest,

    /// <summary>The sockets are not read until there is room.</summary>
    Block,
}
