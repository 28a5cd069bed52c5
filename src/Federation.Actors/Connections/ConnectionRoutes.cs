using Akka.Actor;

namespace Federation.Actors.Connections;

/// <summary>Where a connection takes what it receives.</summary>
/// <param name="Queue">Gets every batch with data; nobody when the component only sends.</param>
/// <param name="Requests">Gets requests and replies; nobody when they are off.</param>
/// <param name="Egress">Is told that there is a peer to send to; nobody when the component only receives.</param>
internal sealed record ConnectionRoutes(IActorRef Queue, IActorRef Requests, IActorRef Egress);
