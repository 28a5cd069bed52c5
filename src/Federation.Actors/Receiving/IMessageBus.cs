using Akka.Actor;

namespace Federation.Actors.Receiving;

/// <summary>One connection to what messages are published to, from its making to its loss; after that there is another bus.</summary>
/// <remarks>
/// That a bus is one connection makes a confirm safe: it speaks of what was written on this connection and of nothing else, and nothing that
/// an earlier connection left unsent can come after or between. Groups are written one after the other, never two at a time, and are
/// confirmed in that order.
/// </remarks>
internal interface IMessageBus : IAsyncDisposable
{
    /// <summary>Starts connecting in the background; from now on <paramref name="owner"/> is told, in the words of <see cref="BusProtocol"/>.</summary>
    void Start(IActorRef owner);

    /// <summary>
    /// Hands a group to the bus, which may read its memory until the group is confirmed. Whether the bus has the messages is told later, by
    /// <see cref="BusProtocol.Confirmed"/>. Messages that the bus will not take are by then among the group's refusals.
    /// </summary>
    /// <exception cref="Exception">The group was written in part or not at all.</exception>
    ValueTask WriteAsync(PublishGroup group);

    /// <summary>When this returns, no group's memory is read any more, whatever write was under way. To be followed by disposal.</summary>
    void Abandon();
}
