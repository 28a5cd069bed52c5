using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>One connection that messages are published to, until its loss; then there is another bus.</summary>
/// <remarks>A confirm is safe because it concerns this connection only: nothing unsent of an earlier connection can come after or between
/// its messages. Groups are written one after the other and confirmed in that order.</remarks>
internal interface IMessageBus : IAsyncDisposable
{
    void Start(IActorRef owner);

    /// <summary>Passes a group to the bus, which may read its memory until <see cref="BusProtocol.Confirmed"/>. Refused messages are then
    /// among the group's refusals.</summary>
    /// <exception cref="Exception">The group was written in part or not at all.</exception>
    ValueTask WriteAsync(PublishGroup group);

    /// <summary>When this returns, no group's memory is read any more, whatever write was in progress. To be followed by
    /// disposal.</summary>
    void Abandon();
}

internal static class BusProtocol
{
    /// <summary>Events of an abandoned bus are ignored.</summary>
    public abstract record Event(IMessageBus Bus) : INoSerializationVerificationNeeded;

    public sealed record Up(IMessageBus Bus, string Server) : Event(Bus);

    public sealed record Down(IMessageBus Bus, string Reason) : Event(Bus);

    /// <summary>The server has processed every group up to this number.</summary>
    public sealed record Confirmed(IMessageBus Bus, long Number) : Event(Bus);

    /// <summary>The server refused publishing to a subject; the messages are among their groups' refusals. For the log.</summary>
    public sealed record Denied(IMessageBus Bus, string Subject, string Error) : Event(Bus);

    /// <summary>One message could not be written, for a reason of its own. It is among its group's refusals; the bus still
    /// works.</summary>
    public sealed record Failed(IMessageBus Bus, string Peer, Exception Failure) : Event(Bus)
    {
        public const string Sentence = "the node failed to publish this message";
    }

    /// <summary>The stream cannot store any message, or can again. The bus checks by itself.</summary>
    public sealed record Unusable(IMessageBus Bus, (string Reason, string Remedy)? Problem) : Event(Bus);

    public sealed record Notice(IMessageBus Bus, string Text) : Event(Bus);
}

internal sealed record BusPort(string Component, string NodeId, SubjectTemplate Subject, bool Headers)
{
    public SubjectGuard? Guard { get; init; }

    /// <summary>True when bytes wrapped in a payload are published in its place.</summary>
    public bool DecodeRaw { get; init; }

    /// <summary>Why the port or the peer's profile does not permit the subject; null when both do.</summary>
    public string? Forbids(EnvelopeBatch batch, string subject) => Guard?.Forbids(subject) ?? batch.Permissions?.Forbids(subject);
}
