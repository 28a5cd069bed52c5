using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>A message that JetStream keeps until it is acked.</summary>
/// <remarks>Acks are not awaited: after a lost one the message is delivered again with the same id.</remarks>
/// <param name="settled">Records settled messages, or null.</param>
/// <param name="pulled">Counts the bytes that are held, or null.</param>
internal sealed class StreamMessage(
    NatsConnection connection, string reply, StreamEpoch epoch, SettledMessages? settled, PullSubscription? pulled) : OutboundMessage
{
    private static readonly byte[] Acked = "+ACK"u8.ToArray();
    private static readonly byte[] Naked = "-NAK"u8.ToArray();
    private static readonly byte[] Progress = "+WPI"u8.ToArray();

    private readonly StreamEpoch _epoch = epoch;
    private string _reply = reply;
    private StreamMessage? _other;

    public override bool IsStored => true;

    public override void Done()
    {
        Settle();
        Say(Acked);
    }

    public override void Return() => Say(Naked);

    public override void Leave() => pulled?.Release(Payload.Length);

    public override void Touch() => Say(Progress);

    public override void Join(OutboundMessage copy)
    {
        if (copy is not StreamMessage other)
        {
            return;
        }

        if (other._epoch == _epoch)
        {
            // Given out again by the same feed, perhaps by its next consumer: the older one need not be told.
            _reply = other._reply;
            other.Leave();
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

    private void Say(byte[] what)
    {
        _other?.Say(what);
        if (_epoch.IsOver)
        {
            return;
        }

        var sending = connection.PublishAsync(_reply, what, serializer: NatsRawSerializer<byte[]>.Default);
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

/// <summary>The lifetime of a stream. Thread-safe.</summary>
/// <remarks>A recreated stream of the same name uses the same numbers again: an ack of an old message would settle a new one.</remarks>
internal sealed class StreamEpoch
{
    private volatile bool _isOver;

    public bool IsOver => _isOver;

    public void End() => _isOver = true;
}
