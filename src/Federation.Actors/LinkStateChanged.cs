using Akka.Actor;

namespace Federation.Actors;

/// <summary>Published on the actor system's event stream at each state change of a client-mode component's connection. Subscribe with
/// <c>system.EventStream.Subscribe(self, typeof(LinkStateChanged))</c>.</summary>
/// <param name="Component">Name of the component.</param>
/// <param name="State">New state.</param>
/// <param name="Reason">Reason, one sentence without secrets; empty if the connection is open.</param>
public sealed record LinkStateChanged(string Component, LinkState State, string Reason) : INoSerializationVerificationNeeded;
