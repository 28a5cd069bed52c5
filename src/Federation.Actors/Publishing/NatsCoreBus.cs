using Akka.Actor;
using Federation.Actors.Wire;
using NATS.Client.Core;

namespace Federation.Actors.Publishing;

/// <summary>Core NATS: a group is confirmed when the PONG for a PING sent behind it has come.</summary>
/// <remarks>
/// <para>A server handles what one client sends in order, so the PONG proves that everything before the PING was processed, as long as it all
/// went over one TCP connection. The client library reconnects by itself and then first sends what an earlier connection left in its
/// buffer: old messages before the ones that are published again, and old PINGs whose PONGs would count for later ones. So its reconnecting
/// is refused here, and the owner makes a new bus.</para>
/// <para><see cref="WriteAsync"/> and <see cref="Abandon"/> are the owner's; events come from the library's threads.</para>
/// </remarks>
internal sealed class NatsCoreBus : IMessageBus
{
    private readonly NatsConnection _connection;
    private readonly string _subject;
    private readonly Lock _writing = new();
    private IActorRef _owner = ActorRefs.Nobody;
    private bool _abandoned;
    private volatile bool _opened;

    /// <param name="options">How to connect.</param>
    /// <param name="subject">Where to publish.</param>
    public NatsCoreBus(NatsOpts options, string subject)
    {
        _connection = new NatsConnection(options);
        _subject = subject;
        _connection.OnSocketAvailableAsync = socket =>
            _opened ? ValueTask.FromException<INatsSocketConnection>(new InvalidOperationException("one bus, one connection")) : ValueTask.FromResult(socket);
        _connection.ConnectionDisconnected += (_, _) =>
        {
            _owner.Tell(new BusProtocol.Down(this, Server + " has closed the connection or is gone"));
            return ValueTask.CompletedTask;
        };
        _connection.ServerError += (_, error) =>
        {
            var denied = error.Error.Contains("permissions violation for publish to \"" + _subject, StringComparison.OrdinalIgnoreCase);
            _owner.Tell(denied ? new BusProtocol.Denied(this, error.Error) : new BusProtocol.Notice(this, $"{Server} says: {error.Error}"));
            return ValueTask.CompletedTask;
        };
    }

    private string Server => _connection.ServerInfo is { } info ? $"NATS {info.Version} at {info.Host}:{info.Port}" : "NATS";

    /// <inheritdoc />
    public void Start(IActorRef owner)
    {
        _owner = owner;
        _ = Task.Run(ConnectAsync);
    }

    /// <inheritdoc />
    public ValueTask WriteAsync(PublishGroup group) => WriteFrom(group, 0, 0);

    /// <inheritdoc />
    public void Abandon()
    {
        lock (_writing)
        {
            _abandoned = true;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task ConnectAsync()
    {
        try
        {
            await _connection.ConnectAsync();
            _opened = true;
            _owner.Tell(new BusProtocol.Up(this, Server));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _owner.Tell(new BusProtocol.Down(this, e.GetBaseException().Message));
        }
    }

    /// <summary>Publishes synchronously for as long as the client library takes messages without waiting, which is nearly always.</summary>
    private ValueTask WriteFrom(PublishGroup group, int range, int offset)
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_abandoned, this);
            var maxPayload = _connection.ServerInfo?.MaxPayload ?? int.MaxValue;
            for (; range < group.Ranges.Count; range++, offset = 0)
            {
                var (batch, from, count) = group.Ranges[range];
                for (; offset < count; offset++)
                {
                    var payload = batch.Payload(batch[from + offset]);
                    if (payload.Length > maxPayload)
                    {
                        group.Refuse(batch, from + offset, NackReason.TooLarge, $"the payload has {payload.Length} bytes and the bus takes {maxPayload}");
                        continue;
                    }

                    // The library has copied the payload by the time this returns, whether or not it has completed.
                    var write = _connection.PublishAsync(_subject, payload, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default);
                    if (!write.IsCompletedSuccessfully)
                    {
                        return WriteRestAsync(write, group, range, offset + 1);
                    }
                }
            }
        }

        _ = ConfirmAsync(group.Number);
        return ValueTask.CompletedTask;
    }

    private async ValueTask WriteRestAsync(ValueTask write, PublishGroup group, int range, int offset)
    {
        await write;
        await WriteFrom(group, range, offset);
    }

    private async Task ConfirmAsync(long number)
    {
        try
        {
            await _connection.PingAsync();
            _owner.Tell(new BusProtocol.Confirmed(this, number));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The connection is lost before the PONG came, and the group with it.
            _owner.Tell(new BusProtocol.Down(this, e.Message));
        }
    }
}
