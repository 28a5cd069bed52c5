using Akka.Actor;

namespace Federation.Actors;

/// <summary>Published on the actor system's event stream at each change of a client-mode component's connection. Subscribe with
/// <c>system.EventStream.Subscribe(self, typeof(LinkStateChanged))</c>.</summary>
/// <param name="Component">Which component.</param>
/// <param name="State">What it is now.</param>
/// <param name="Reason">Why, one sentence without secrets; empty when all is well.</param>
public sealed record LinkStateChanged(string Component, LinkState State, string Reason) : INoSerializationVerificationNeeded;
