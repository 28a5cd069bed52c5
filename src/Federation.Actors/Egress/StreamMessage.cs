using Federation.Actors.Wire;
using NATS.Client.JetStream;

namespace Federation.Actors.Egress;

/// <summary>A message that JetStream keeps until it is acked there.</summary>
/// <remarks>Acks are not waited for: what is lost on the way is given out again, under the same id.</remarks>
internal sealed class StreamMessage(INatsJSMsg<byte[]> stored) : OutboundMessage
{
    /// <inheritdoc />
    public override bool IsStored => true;

    /// <inheritdoc />
    public override void Done() => Forget(stored.AckAsync());

    /// <inheritdoc />
    public override void Return() => Forget(stored.NakAsync());

    /// <inheritdoc />
    public override void Touch() => Forget(stored.AckProgressAsync());

    private static void Forget(ValueTask sending)
    {
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
