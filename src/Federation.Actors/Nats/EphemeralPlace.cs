using Federation.Actors.Sending;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Nats;

/// <summary>Name and start of the next ephemeral consumer of one feed.</summary>
/// <remarks>After an outage the last consumer may be gone. The next one starts with the first unsettled message; settled ones behind it
/// are acked and not delivered again.</remarks>
internal sealed class EphemeralPlace(NatsJSContext streams, ConsumerConfig first)
{
    private INatsJSConsumer? _open;
    private DateTimeOffset _created;
    private int _number;

    public SettledMessages Messages { get; } = new();

    public async Task<INatsJSConsumer> OpenAsync(StreamInfo stream, CancellationToken cancel)
    {
        if (_open is null)
        {
            _open = await streams.CreateOrUpdateConsumerAsync(stream.Config.Name!, first, cancel);
            Messages.Begin((long)_open.Info.Delivered.StreamSeq);
        }
        else
        {
            if (_created != stream.Created)
            {
                // Everything in a stream that was made meanwhile is new.
                Messages.Begin(0);
            }

            await DeleteAsync(cancel);
            var next = first with { Name = $"{first.Name}-{++_number}",
                DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = (ulong)Messages.Next };
            _open = await streams.CreateOrUpdateConsumerAsync(stream.Config.Name!, next, cancel);
        }

        _created = stream.Created;
        return _open;
    }

    public async Task DeleteAsync(CancellationToken cancel)
    {
        try
        {
            if (_open is not null)
            {
                await streams.DeleteConsumerAsync(_open.Info.StreamName, _open.Info.Name, cancel);
            }
        }
        catch (NatsException)
        {
            // It is gone, or the server deletes it when nobody has read from it for its inactivity threshold.
        }
    }
}
