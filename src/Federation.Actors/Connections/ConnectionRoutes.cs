using Akka.Actor;
using Federation.Actors.Telemetry;
using Federation.Actors.Wire;

namespace Federation.Actors.Connections;

/// <summary>Where a connection takes what it receives.</summary>
/// <param name="Queue">Gets every batch with data; nobody when the component only sends.</param>
/// <param name="Requests">Gets requests and replies; nobody when they are off.</param>
/// <param name="Egress">Is told that there is a peer to send to; nobody when the component only receives.</param>
internal sealed record ConnectionRoutes(IActorRef Queue, IActorRef Requests, IActorRef Egress)
{
    /// <summary>Refuses what goes round in circles.</summary>
    public LoopGuard Loops { get; init; } = LoopGuard.None;

    /// <summary>What it has to say goes to the component's log; null: to one of its own, which is 0.2 KB for each connection.</summary>
    public FederationLog? Log { get; init; }
}
