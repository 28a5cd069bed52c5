using Akka.Actor;

namespace Federation.Actors;

/// <summary>An event of a node, for operators. Published on the actor system's event stream; subscribe with
/// <c>system.EventStream.Subscribe(self, typeof(FederationEvent))</c>.</summary>
/// <remarks>An event of the same kind, component and peer is published no more than once a second. If further events occur within that
/// second, the last of them is published at its end. Immutable.</remarks>
/// <param name="Time">Time of the event.</param>
/// <param name="Kind">Kind of the event.</param>
/// <param name="Component">Name of the component; empty if the event concerns the whole node.</param>
/// <param name="Peer">Name of the peer; empty if the event does not concern a peer. Unverified if the component does not require
/// credentials.</param>
/// <param name="Text">One sentence in English without secrets and without a full stop.</param>
/// <param name="HeldBack">Number of events of the same kind that were suppressed since the previous one; 0 or more.</param>
public sealed record FederationEvent(DateTimeOffset Time, FederationEventKind Kind, string Component, string Peer, string Text,
    int HeldBack = 0)
    : INoSerializationVerificationNeeded;
