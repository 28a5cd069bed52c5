using Akka.Actor;

namespace Federation.Actors.Receiving;

/// <summary>What a bus tells the publisher that owns it.</summary>
internal static class BusProtocol
{
    /// <summary>Anything a bus says. What an abandoned one still says is not listened to.</summary>
    public abstract record Event(IMessageBus Bus) : INoSerializationVerificationNeeded;

    /// <summary>The connection is open: groups may be written.</summary>
    /// <param name="Bus">Which.</param>
    /// <param name="Server">Where to, for the log; no credentials.</param>
    public sealed record Up(IMessageBus Bus, string Server) : Event(Bus);

    /// <summary>The connection is lost or could not be made; what is not confirmed by now will not be.</summary>
    /// <param name="Bus">Which.</param>
    /// <param name="Reason">One sentence without secrets.</param>
    public sealed record Down(IMessageBus Bus, string Reason) : Event(Bus);

    /// <summary>The server has processed every group up to this number.</summary>
    public sealed record Confirmed(IMessageBus Bus, long Number) : Event(Bus);

    /// <summary>The server has refused what was published to a subject; the messages are among their groups' refusals. For the log.</summary>
    /// <param name="Bus">Which.</param>
    /// <param name="Subject">The subject.</param>
    /// <param name="Error">What the server says.</param>
    public sealed record Denied(IMessageBus Bus, string Subject, string Error) : Event(Bus);

    /// <summary>One message could not be written, for a reason of its own. It is among its group's refusals; the bus is well.</summary>
    /// <param name="Bus">Which.</param>
    /// <param name="Peer">The peer that sent the message.</param>
    /// <param name="Failure">How it failed.</param>
    public sealed record Failed(IMessageBus Bus, string Peer, Exception Failure) : Event(Bus)
    {
        /// <summary>What the peer is told; what failed is for the log.</summary>
        public const string Sentence = "the node failed to publish this message";
    }

    /// <summary>The stream cannot take any message, or can again. The bus itself is there, and looks again by itself.</summary>
    /// <param name="Bus">Which.</param>
    /// <param name="Problem">What is wrong and what to do; null: nothing any more.</param>
    public sealed record Unusable(IMessageBus Bus, (string Reason, string Remedy)? Problem) : Event(Bus);

    /// <summary>Something that the log should say and nobody needs to act on.</summary>
    public sealed record Notice(IMessageBus Bus, string Text) : Event(Bus);
}
