using Akka.Actor;

namespace Federation.Actors.Publishing;

/// <summary>What messages are published to. Tells its owner, in the words of <see cref="BusProtocol"/>, when it comes, goes and confirms.</summary>
/// <remarks>Groups are written one after the other, never two at a time, and are confirmed in the order they were written.</remarks>
internal interface IMessageBus : IAsyncDisposable
{
    /// <summary>Starts connecting in the background, for as long as it takes; from now on <paramref name="owner"/> is told.</summary>
    void Start(IActorRef owner);

    /// <summary>
    /// Hands a group to the bus. Completes when the group's memory is no longer needed for this attempt; whether the bus has the
    /// messages is told later, by <see cref="BusProtocol.Confirmed"/>. Messages that the bus will never take are added to the group's refusals.
    /// </summary>
    /// <exception cref="Exception">The group was written in part or not at all.</exception>
    ValueTask WriteAsync(PublishGroup group);
}
