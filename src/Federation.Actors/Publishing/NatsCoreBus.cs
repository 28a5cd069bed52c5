using System.Buffers;
using System.Buffers.Binary;
using Akka.Actor;
using Federation.Actors.Wire;
using NATS.Client.Core;

namespace Federation.Actors.Publishing;

/// <summary>Core NATS: a group is confirmed when a marker published behind it has come back on the connection it was written on.</summary>
/// <remarks>
/// <para>A server handles what one client sends in order, so a marker to our own inbox that returns proves that everything before it was
/// processed, just as a PONG does. PING is not used because its answers carry no name: after a reconnect the client library still sends
/// PINGs left in its buffer, their PONGs count for later PINGs, and a confirm would be early by that many groups. A marker names its group
/// and its connection. The user needs permission to publish and subscribe to <c>_INBOX.&gt;</c>.</para>
/// <para>An epoch is one TCP connection, counted before the first byte flows on it. A group written partly before and partly after a
/// reconnect carries the epoch of its start, and its marker no longer counts.</para>
/// <para><see cref="WriteAsync"/> is called by one thread at a time; the rest is thread-safe.</para>
/// </remarks>
internal sealed class NatsCoreBus : IMessageBus
{
    private readonly NatsConnection _connection;
    private readonly string _subject;
    private readonly string _inbox;
    private readonly CancellationTokenSource _stop = new();
    private IActorRef _owner = ActorRefs.Nobody;
    private long _epoch;
    private long _announced;
    private int _subscribed;

    /// <param name="options">How to connect; must retry for ever, the first time too.</param>
    /// <param name="subject">Where to publish.</param>
    public NatsCoreBus(NatsOpts options, string subject)
    {
        _connection = new NatsConnection(options);
        _subject = subject;
        _inbox = _connection.NewInbox();
        _connection.OnSocketAvailableAsync = socket =>
        {
            Interlocked.Increment(ref _epoch);
            return ValueTask.FromResult(socket);
        };
        _connection.ConnectionOpened += (_, _) =>
        {
            if (Volatile.Read(ref _subscribed) == 1)
            {
                Announce();
            }

            return ValueTask.CompletedTask;
        };
        _connection.ConnectionDisconnected += (_, _) =>
        {
            _owner.Tell(new BusProtocol.Down(Server));
            return ValueTask.CompletedTask;
        };
        _connection.ServerError += (_, error) =>
        {
            var denied = error.Error.Contains("permissions violation for publish to \"" + _subject, StringComparison.OrdinalIgnoreCase);
            _owner.Tell(denied ? new BusProtocol.Denied(error.Error) : new BusProtocol.Trouble("NATS says: " + error.Error));
            return ValueTask.CompletedTask;
        };
    }

    private string Server => _connection.ServerInfo is { } info ? $"NATS {info.Version} at {info.Host}:{info.Port}" : "NATS";

    /// <inheritdoc />
    public void Start(IActorRef owner)
    {
        _owner = owner;
        _ = Task.Run(ReadMarkersAsync);
    }

    /// <inheritdoc />
    public ValueTask WriteAsync(PublishGroup group)
    {
        group.Epoch = Volatile.Read(ref _epoch);
        return WriteFrom(group, 0, 0);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _owner = ActorRefs.Nobody;
        await _stop.CancelAsync();
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>Publishes synchronously for as long as the client library takes messages without waiting, which is nearly always.</summary>
    private ValueTask WriteFrom(PublishGroup group, int range, int offset)
    {
        var maxPayload = _connection.ServerInfo?.MaxPayload ?? int.MaxValue;
        for (; range < group.Ranges.Count; range++, offset = 0)
        {
            var (batch, from, count) = group.Ranges[range];
            for (; offset < count; offset++)
            {
                var index = from + offset;
                var payload = batch.Payload(batch[index]);
                if (payload.Length > maxPayload)
                {
                    group.Refuse(batch, index, NackReason.TooLarge, $"the payload has {payload.Length} bytes and the bus takes {maxPayload}");
                    continue;
                }

                var write = _connection.PublishAsync(_subject, payload, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default);
                if (!write.IsCompletedSuccessfully)
                {
                    return WriteRestAsync(write, group, range, offset + 1);
                }
            }
        }

        return _connection.PublishAsync(_inbox, new Marker(group.Epoch, group.Number), serializer: MarkerFormat.Instance);
    }

    private async ValueTask WriteRestAsync(ValueTask write, PublishGroup group, int range, int offset)
    {
        await write;
        await WriteFrom(group, range, offset);
    }

    /// <summary>Says once for each connection that it is open: the library's event may come before or after the subscription is made.</summary>
    private void Announce()
    {
        var epoch = Volatile.Read(ref _epoch);
        if (Interlocked.Exchange(ref _announced, epoch) != epoch)
        {
            _owner.Tell(new BusProtocol.Up(Server));
        }
    }

    private async Task ReadMarkersAsync()
    {
        try
        {
            await _connection.ConnectAsync();
            await using var markers = await _connection.SubscribeCoreAsync(_inbox, serializer: MarkerFormat.Instance, cancellationToken: _stop.Token);
            Volatile.Write(ref _subscribed, 1);
            Announce();
            while (await markers.Msgs.WaitToReadAsync(_stop.Token))
            {
                while (markers.Msgs.TryRead(out var message))
                {
                    // Read after the marker arrived: as long as the epoch is the marker's, there has been no other connection for it to travel on.
                    if (message.Data is var marker && marker.Epoch == Volatile.Read(ref _epoch))
                    {
                        _owner.Tell(new BusProtocol.Confirmed(marker.Epoch, marker.Number));
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _owner.Tell(new BusProtocol.Broken(e));
        }
    }

    private readonly record struct Marker(long Epoch, long Number);

    /// <summary>16 bytes: two little-endian 64-bit numbers.</summary>
    private sealed class MarkerFormat : INatsSerializer<Marker>
    {
        public static readonly MarkerFormat Instance = new();

        public void Serialize(IBufferWriter<byte> bufferWriter, Marker value)
        {
            var span = bufferWriter.GetSpan(16);
            BinaryPrimitives.WriteInt64LittleEndian(span, value.Epoch);
            BinaryPrimitives.WriteInt64LittleEndian(span[8..], value.Number);
            bufferWriter.Advance(16);
        }

        public Marker Deserialize(in ReadOnlySequence<byte> buffer)
        {
            if (buffer.Length != 16)
            {
                return default;
            }

            Span<byte> bytes = stackalloc byte[16];
            buffer.CopyTo(bytes);
            return new Marker(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
        }

        public INatsSerializer<Marker> CombineWith(INatsSerializer<Marker> next) => this;
    }
}
