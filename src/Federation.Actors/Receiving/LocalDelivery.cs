namespace Federation.Actors.Receiving;

/// <summary>One message on its way to the consumers in this process.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LocalDelivery(LocalBus bus, long group, int index, ReceivedMessage message, int consumers)
{
    private int _missing = consumers;

    /// <summary>The message.</summary>
    public ReceivedMessage Message { get; } = message;

    /// <summary>False once the bus is abandoned: the message comes again from another one.</summary>
    public bool IsWanted => !bus.IsAbandoned;

    /// <summary>One consumer's answer; a refusal by any is one by all.</summary>
    public void Answer(in PubAck answer)
    {
        if (Interlocked.Decrement(ref _missing) == 0 || answer.Outcome == PubAckOutcome.Refused)
        {
            bus.Answer(group, index, answer);
        }
    }
}
