using Akka.Actor;

namespace Federation.Actors.Receiving;

/// <summary>One connection to what messages are published to, from its making to its loss; after that there is another bus.</summary>
/// <remarks>
/// That a bus is one connection makes a confirm safe: it speaks of what was written on this connection and of nothing else, and nothing
/// that an earlier connection left unsent can come after or between. Groups are written one after the other, never two at a time, and are
/// confirmed in that order.
/// </remarks>
internal interface IMessageBus : IAsyncDisposable
{
    /// <summary>
    /// Starts connecting in the background; from now on <paramref name="owner"/> is told, in the words of <see cref="BusProtocol"/>.
    /// </summary>
    void Start(IActorRef owner);

    /// <summary>
    /// Hands a group to the bus, which may read its memory until the group is confirmed. Whether the bus has the messages is told later, by
    /// <see cref="BusProtocol.Confirmed"/>. Messages that the bus will not take are by then among the group's refusals.
    /// </summary>
    /// <exception cref="Exception">The group was written in part or not at all.</exception>
    ValueTask WriteAsync(PublishGroup group);

    /// <summary>When this returns, no group's memory is read any more, whatever write was under way. To be followed by disposal.</summary>
    void Abandon();
}

/// <summary>What a bus tells the publisher that owns it.</summary>
internal static class BusProtocol
{
    /// <summary>Anything a bus says. What an abandoned one still says is not listened to.</summary>
    public abstract record Event(IMessageBus Bus) : INoSerializationVerificationNeeded;

    public sealed record Up(IMessageBus Bus, string Server) : Event(Bus);

    /// <summary>The connection is lost or could not be made; what is not confirmed by now will not be.</summary>
    public sealed record Down(IMessageBus Bus, string Reason) : Event(Bus);

    /// <summary>The server has processed every group up to this number.</summary>
    public sealed record Confirmed(IMessageBus Bus, long Number) : Event(Bus);

    /// <summary>
    /// The server has refused what was published to a subject; the messages are among their groups' refusals. For the log.
    /// </summary>
    public sealed record Denied(IMessageBus Bus, string Subject, string Error) : Event(Bus);

    /// <summary>One message could not be written, for a reason of its own. It is among its group's refusals; the bus is well.</summary>
    public sealed record Failed(IMessageBus Bus, string Peer, Exception Failure) : Event(Bus)
    {
        /// <summary>What the peer is told; what failed is for the log.</summary>
        public const string Sentence = "the node failed to publish this message";
    }

    /// <summary>The stream cannot take any message, or can again. The bus itself is there, and looks again by itself.</summary>
    public sealed record Unusable(IMessageBus Bus, (string Reason, string Remedy)? Problem) : Event(Bus);

    /// <summary>Something that the log should say and nobody needs to act on.</summary>
    public sealed record Notice(IMessageBus Bus, string Text) : Event(Bus);
}

/// <summary>What a bus puts on each message beside its payload.</summary>
internal sealed record BusPort(string Component, string NodeId, SubjectTemplate Subject, bool Headers)
{
    /// <summary>Where it may publish; null when peers have no part in the subject.</summary>
    public SubjectGuard? Guard { get; init; }

    /// <summary>Whether bytes that are wrapped in a payload are published in its place.</summary>
    public bool DecodeRaw { get; init; }
}
