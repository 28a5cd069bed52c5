using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using NATS.Client.JetStream;

namespace Federation.Actors.Nats;

/// <summary>A message that JetStream keeps until it is acked there.</summary>
/// <remarks>Acks are not waited for: what is lost on the way is given out again, under the same id.</remarks>
/// <param name="stored">As the stream gives it out.</param>
/// <param name="epoch">Of the feed that it comes from. After its end nothing is said about the message any more.</param>
/// <param name="settled">Told when the message is done with; null: nobody needs to know.</param>
internal sealed class StreamMessage(INatsJSMsg<byte[]> stored, StreamEpoch epoch, SettledMessages? settled) : OutboundMessage
{
    private readonly StreamEpoch _epoch = epoch;
    private INatsJSMsg<byte[]> _stored = stored;
    private StreamMessage? _other;

    /// <inheritdoc />
    public override bool IsStored => true;

    /// <inheritdoc />
    public override void Done()
    {
        Settle();
        Say(static stored => stored.AckAsync());
    }

    /// <inheritdoc />
    public override void Return() => Say(static stored => stored.NakAsync());

    /// <inheritdoc />
    public override void Touch() => Say(static stored => stored.AckProgressAsync());

    /// <inheritdoc />
    public override void Join(OutboundMessage copy)
    {
        if (copy is not StreamMessage other)
        {
            return;
        }

        if (other._epoch == _epoch)
        {
            // Given out again by the same feed, perhaps by its next consumer: the older one need not be told.
            _stored = other._stored;
        }
        else if (_other is null)
        {
            _other = other;
        }
        else
        {
            _other.Join(other);
        }
    }

    private void Settle()
    {
        settled?.Settle(Number);
        _other?.Settle();
    }

    private void Say(Func<INatsJSMsg<byte[]>, ValueTask> say)
    {
        _other?.Say(say);
        if (_epoch.IsOver)
        {
            return;
        }

        var sending = say(_stored);
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
