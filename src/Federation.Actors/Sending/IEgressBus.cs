using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Where a component takes what it sends to its peers. Thread-safe; reconnects by itself.</summary>
internal interface IEgressBus : IAsyncDisposable
{
    /// <summary>Connects in the background and subscribes to the inputs that nobody stores; <paramref name="owner"/> is told, in the words of <see cref="EgressBusProtocol"/>.</summary>
    void Start(IActorRef owner);

    /// <summary>Subscribes no longer: nothing more is told of inputs that nobody stores.</summary>
    void StopReceiving();

    /// <summary>Gives out what a stream keeps for a peer, from where it has stopped the last time.</summary>
    /// <param name="port">The input.</param>
    /// <param name="peer">Whose place in the stream it is; of one without a lasting name nothing is remembered.</param>
    /// <param name="delivery">Told each message, as <see cref="EgressBusProtocol.Stored"/>; never more than <c>max_in_flight</c> that are not done with.</param>
    IAsyncDisposable Feed(InputPortSettings port, PeerName peer, IActorRef delivery);

    /// <summary>Gives out stored messages again, once.</summary>
    /// <param name="port">The input.</param>
    /// <param name="from">Which.</param>
    /// <param name="delivery">As for <see cref="Feed"/>.</param>
    /// <returns>How many there are, and what ends it early.</returns>
    Task<(long Available, IAsyncDisposable Feed)> ReplayAsync(InputPortSettings port, ReplayParams from, IActorRef delivery);

    /// <summary>Publishes what could not be delivered, and lets its source forget it. While the bus is away a stream keeps it.</summary>
    void GiveUp(DeadMessage dead);
}
