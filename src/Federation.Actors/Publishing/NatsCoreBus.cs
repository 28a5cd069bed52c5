using Akka.Actor;
using Federation.Actors.Wire;
using NATS.Client.Core;

namespace Federation.Actors.Publishing;

/// <summary>Core NATS: a group is confirmed when the PONG for a PING sent behind it has come.</summary>
/// <remarks>
/// A server handles what one client sends in order, so the PONG proves that everything before the PING was processed, as long as it all
/// went over one TCP connection, which it does.
/// </remarks>
internal sealed class NatsCoreBus(NatsOpts options, BusPort port) : NatsBus(options, port)
{
    /// <inheritdoc />
    protected override ValueTask Publish(PublishGroup group, int index, EnvelopeBatch batch, int at)
    {
        ref readonly var entry = ref batch[at];
        var payload = Body(batch, entry);
        var subject = Subject(batch, entry);
        var headers = Headers.Of(batch.Peer, messageId: null, batch.Via(entry), Trace(group, batch, at, subject), out var bytes);
        if (TooLarge(payload.Length, bytes) is { } error)
        {
            Refuse(group, index, batch, at, NackReason.TooLarge, error);
            return default;
        }

        return Connection.PublishAsync(subject, payload, headers, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default);
    }

    /// <inheritdoc />
    protected override void Refuse(PublishGroup group, int index, EnvelopeBatch batch, int at, NackReason reason, string error) => group.Refuse(batch, at, reason, error);

    /// <inheritdoc />
    protected override void OnWritten(PublishGroup group) => _ = ConfirmAsync(group.Number);

    private async Task ConfirmAsync(long number)
    {
        try
        {
            await Connection.PingAsync();
            Owner.Tell(new BusProtocol.Confirmed(this, number), ActorRefs.NoSender);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The connection is lost before the PONG came, and the group with it.
            Owner.Tell(new BusProtocol.Down(this, e is OperationCanceledException ? Server + " does not answer or is gone" : e.Message), ActorRefs.NoSender);
        }
    }
}
