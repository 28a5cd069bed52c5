using Federation.Actors.Wire;
using NATS.Client.JetStream;

namespace Federation.Actors.Egress;

/// <summary>A message that JetStream keeps until it is acked there.</summary>
/// <remarks>Acks are not waited for: what is lost on the way is given out again, under the same id.</remarks>
/// <param name="stored">As the stream gives it out.</param>
/// <param name="epoch">After its end nothing is said about the message any more.</param>
internal sealed class StreamMessage(INatsJSMsg<byte[]> stored, StreamEpoch epoch) : OutboundMessage
{
    /// <inheritdoc />
    public override bool IsStored => true;

    /// <inheritdoc />
    public override void Done() => Say(static stored => stored.AckAsync());

    /// <inheritdoc />
    public override void Return() => Say(static stored => stored.NakAsync());

    /// <inheritdoc />
    public override void Touch() => Say(static stored => stored.AckProgressAsync());

    private void Say(Func<INatsJSMsg<byte[]>, ValueTask> say)
    {
        if (epoch.IsOver)
        {
            return;
        }

        var sending = say(stored);
        if (!sending.IsCompletedSuccessfully)
        {
            _ = IgnoreAsync(sending);
        }
    }

    private static async Task IgnoreAsync(ValueTask sending)
    {
        try
        {
            await sending;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // NATS is away: the stream gives the message out again when its time is up.
        }
    }
}
