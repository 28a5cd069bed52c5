using Akka.Actor;

namespace Federation.Actors;

/// <summary>Something that an operator wants to know has happened to a node. Published on the actor system's event stream; subscribe with
/// <c>system.EventStream.Subscribe(self, typeof(FederationEvent))</c>.</summary>
/// <remarks>The same kind of event of one component and peer comes at most once a second: the last one of those that were held back
/// follows when the second is over. Immutable.</remarks>
/// <param name="Time">When it happened.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Component">Which component; empty when it concerns the node as a whole.</param>
/// <param name="Peer">Name of the peer; empty when it concerns none. Chosen by the peer where it needs no credentials.</param>
/// <param name="Text">One sentence in English without secrets and without a full stop.</param>
/// <param name="HeldBack">How many events like it were held back since the one before it; 0 or more.</param>
public sealed record FederationEvent(DateTimeOffset Time, FederationEventKind Kind, string Component, string Peer, string Text,
    int HeldBack = 0)
    : INoSerializationVerificationNeeded;
