using Akka.Actor;
using Akka.Event;
using Federation.Actors.Protocol;

namespace Federation.Actors.Messages;

/// <summary>What a component's correlation actor is told and says.</summary>
/// <remarks>Payloads are JSON in UTF-8 and belong to the message: nobody writes into them.</remarks>
internal static class RequestProtocol
{
    /// <summary>
    /// A connection to the correlation actor: there are requests or replies among the batch's controls. Whoever gets it calls
    /// <see cref="EnvelopeBatch.EndControls"/>, also when it fails; until then the connection's pump lacks a credit.
    /// </summary>
    public sealed record Arrived(EnvelopeBatch Batch) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>To a connection: send this request. Refused with <see cref="Unsent"/> when there is no room for it.</summary>
    /// <param name="Id">Needs no escapes.</param>
    /// <param name="Payload">The envelope's payload.</param>
    public sealed record Request(string Id, ReadOnlyMemory<byte> Payload) : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        /// <summary>The trace it belongs to; null: none.</summary>
        public string? TraceParent { get; init; }
    }

    /// <summary>To a connection: send this reply; when there is no room for it, an error reply in its place.</summary>
    /// <param name="Id">The request's, as it stood between its quotes.</param>
    /// <param name="Payload">The envelope's payload.</param>
    public sealed record Reply(ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Payload) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>A connection to the correlation actor: more waits to be sent already than leaves room for this request.</summary>
    public sealed record Unsent(IActorRef Connection, string Id) : INoSerializationVerificationNeeded;

    /// <summary>To the node, and on to the component: ask a peer. Answered with a <see cref="RequestOutcome"/>. May come from another node.</summary>
    /// <param name="Component">Which component's peer.</param>
    /// <param name="Peer">Its name.</param>
    /// <param name="Method">What is asked.</param>
    /// <param name="Parameters">JSON; empty means <c>{}</c>.</param>
    /// <param name="Timeout">How long to wait for the reply; null: the component's <c>request_timeout</c>.</param>
    public sealed record Call(string Component, string Peer, string Method, ReadOnlyMemory<byte> Parameters, TimeSpan? Timeout)
    {
        /// <summary>True when another node has sent it here, for it to be answered here.</summary>
        public bool IsForwarded { get; init; }

        /// <summary>The trace of who calls; null: none.</summary>
        public string? TraceParent { get; init; }
    }

    /// <summary>To the node, and on to the component: who made a <see cref="Call"/> no longer waits for the outcome. May come from another node.</summary>
    /// <param name="Component">As in the call.</param>
    /// <param name="Caller">The call's sender.</param>
    public sealed record Cancel(string Component, IActorRef Caller);

    /// <summary>To the correlation actor: ask every peer, each for its part, and wait for no one.</summary>
    /// <param name="Method">What is asked.</param>
    /// <param name="Parameters">JSON, from the number of peers that are asked.</param>
    public sealed record Broadcast(string Method, Func<int, ReadOnlyMemory<byte>> Parameters) : INoSerializationVerificationNeeded;
}
