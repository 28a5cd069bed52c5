namespace Federation.Actors;

/// <summary>What happens to a message that finds the queue full.</summary>
public enum OverflowPolicy
{
    /// <summary>The oldest message not yet on its way to the bus is evicted and refused to its sender. Spelled <c>drop_oldest</c>.</summary>
    DropOldest,

    /// <summary>The newcomer is refused. Spelled <c>drop_newest</c>.</summary>
    DropNewest,

    /// <summary>The sockets are not read until there is room. Spelled <c>block</c>.</summary>
    Block,
}
