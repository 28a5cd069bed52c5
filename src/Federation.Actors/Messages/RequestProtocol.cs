using Akka.Actor;
using Akka.Event;
using Federation.Actors.Protocol;

namespace Federation.Actors.Messages;

/// <summary>Messages to and from a component's correlation actor.</summary>
/// <remarks>Payloads are JSON in UTF-8 and are not changed once sent.</remarks>
internal static class RequestProtocol
{
    /// <summary>Connection to correlation actor: the batch's controls include requests or replies. The receiver calls <see
    /// cref="EnvelopeBatch.EndControls"/>, also when it fails; until then the connection's pump lacks a credit.</summary>
    public sealed record Arrived(EnvelopeBatch Batch) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>To a connection: send this request, whose id needs no escapes. Answered with <see cref="Unsent"/> when there is no room
    /// for it.</summary>
    public sealed record Request(string Id, ReadOnlyMemory<byte> Payload) : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public string? TraceParent { get; init; }
    }

    /// <summary>To a connection: send this reply, or an error reply when there is no room for it. The id is the request's, as it was
    /// between its quotes.</summary>
    public sealed record Reply(ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Payload)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Connection to correlation actor: there is no room for this request.</summary>
    public sealed record Unsent(IActorRef Connection, string Id) : INoSerializationVerificationNeeded;

    /// <summary>To the node, and on to the component: send a request to a peer. Answered with a <see cref="RequestOutcome"/>. May come
    /// from another node.</summary>
    /// <param name="Parameters">JSON; empty means <c>{}</c>.</param>
    /// <param name="Timeout">Null: the component's <c>request_timeout</c>.</param>
    public sealed record Call(string Component, string Peer, string Method, ReadOnlyMemory<byte> Parameters, TimeSpan? Timeout)
    {
        /// <summary>True when another node has forwarded it; it is not forwarded again.</summary>
        public bool IsForwarded { get; init; }

        public string? TraceParent { get; init; }
    }

    /// <summary>To the node, and on to the component: the sender of a <see cref="Call"/> no longer waits. May come from another
    /// node.</summary>
    public sealed record Cancel(string Component, IActorRef Caller);

    /// <summary>To the correlation actor: send a request to every peer without awaiting replies.</summary>
    /// <param name="Parameters">JSON, from the number of receivers.</param>
    public sealed record Broadcast(string Method, Func<int, ReadOnlyMemory<byte>> Parameters) : INoSerializationVerificationNeeded;
}

/// <summary>The outcome of a request to a peer: its reply or an error. May go to another node.</summary>
/// <param name="Code">One of <see cref="RequestErrors"/>; null when there is a reply.</param>
internal sealed record RequestOutcome(ReadOnlyMemory<byte> Reply, string? Code, string Message)
{
    public static RequestOutcome Replied(ReadOnlyMemory<byte> reply) => new(reply, null, "");

    public static RequestOutcome Failed(string code, string message) => new(default, code, message);
}
