using Akka.Actor;
using Federation.Actors.Wire;

namespace Federation.Actors.Connections;

/// <summary>Where a connection takes what it receives.</summary>
/// <param name="Queue">Gets every batch with data.</param>
/// <param name="Requests">Gets requests and replies; nobody when they are off.</param>
internal sealed record ConnectionRoutes(IActorRef Queue, IActorRef Requests)
{
    /// <summary>Refuses what goes round in circles.</summary>
    public LoopGuard Loops { get; init; } = LoopGuard.None;
}
