using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Federation.Actors.Telemetry;
using Federation.Actors.Wire;
using NATS.Client.Core;

namespace Federation.Actors.Publishing;

/// <summary>One connection to NATS that publishes groups; what a confirm is, the kinds of it say.</summary>
/// <remarks>
/// <para>The client library reconnects by itself and then first sends what an earlier connection left in its buffer: old messages before the
/// ones that are published again, and old PINGs whose PONGs would count for later ones. So its reconnecting is refused here, and the owner
/// makes a new bus.</para>
/// <para><see cref="WriteAsync"/> and <see cref="Abandon"/> are the owner's; events come from the library's threads.</para>
/// </remarks>
internal abstract class NatsBus : IMessageBus
{
    private readonly Lock _writing = new();
    private bool _abandoned;
    private volatile bool _opened;

    /// <param name="options">How to connect.</param>
    /// <param name="port">What to put on each message.</param>
    protected NatsBus(NatsOpts options, BusPort port)
    {
        Port = port;
        Headers = new MessageHeaders(port);
        Connection = new NatsConnection(options);
        Connection.OnSocketAvailableAsync = socket =>
            _opened ? ValueTask.FromException<INatsSocketConnection>(new InvalidOperationException("one bus, one connection")) : ValueTask.FromResult(socket);
        Connection.ConnectionDisconnected += (_, _) =>
        {
            Owner.Tell(new BusProtocol.Down(this, Server + " has closed the connection or is gone"));
            return ValueTask.CompletedTask;
        };
        Connection.ServerError += (_, error) =>
        {
            var denied = error.Error.Contains("permissions violation for publish to \"" + FirstTokens(port.Subject), StringComparison.OrdinalIgnoreCase);
            Owner.Tell(denied ? new BusProtocol.Denied(this, error.Error) : new BusProtocol.Notice(this, $"{Server} says: {error.Error}"));
            return ValueTask.CompletedTask;
        };
    }

    /// <summary>The connection.</summary>
    protected NatsConnection Connection { get; }

    /// <summary>Who is told.</summary>
    protected IActorRef Owner { get; private set; } = ActorRefs.Nobody;

    /// <summary>What is put on each message.</summary>
    protected BusPort Port { get; }

    /// <summary>The headers of messages.</summary>
    protected MessageHeaders Headers { get; }

    private protected string Server => Connection.ServerInfo is { } info ? $"NATS {info.Version} at {info.Host}:{info.Port}" : "NATS";

    private int MaxPayload => Connection.ServerInfo?.MaxPayload ?? int.MaxValue;

    /// <inheritdoc />
    public void Start(IActorRef owner)
    {
        Owner = owner;
        _ = Task.Run(ConnectAsync);
    }

    /// <inheritdoc />
    public virtual ValueTask WriteAsync(PublishGroup group) => WriteFrom(group, 0, 0, 0);

    /// <inheritdoc />
    public void Abandon()
    {
        lock (_writing)
        {
            _abandoned = true;
        }
    }

    /// <inheritdoc />
    public virtual ValueTask DisposeAsync() => Connection.DisposeAsync();

    /// <summary>What is done between the connection and the first group.</summary>
    /// <exception cref="Exception">The bus cannot be used; the message is one sentence.</exception>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Hands one message to the library, which has copied it by the time this returns, whether or not it has completed.</summary>
    /// <param name="group">The message's group.</param>
    /// <param name="index">Its number in the group.</param>
    /// <param name="batch">Where it stands.</param>
    /// <param name="at">Its number in the batch.</param>
    protected abstract ValueTask Publish(PublishGroup group, int index, EnvelopeBatch batch, int at);

    /// <summary>What is published of a message: its payload, or the bytes wrapped in it where the port unwraps them.</summary>
    protected ReadOnlyMemory<byte> Body(EnvelopeBatch batch, in EnvelopeEntry entry)
    {
        var payload = batch.Payload(entry);
        return Port.DecodeRaw && RawPayload.Decode(payload.Span) is { } raw ? raw : payload;
    }

    /// <summary>Where a message is published.</summary>
    protected string Subject(EnvelopeBatch batch, in EnvelopeEntry entry) =>
        Port.Subject.Resolve(batch.Peer, batch.Payload(entry).Span, batch.Subject(entry));

    /// <summary>The trace context that goes out with a message: that of its span here, or as it came.</summary>
    protected string? Trace(PublishGroup group, EnvelopeBatch batch, int at, string subject)
    {
        ref readonly var entry = ref batch[at];
        return PublishSpan.Begin(group, batch, at, Port.Component, subject) ?? (entry.HasTrace ? Encoding.ASCII.GetString(batch.Trace(entry)) : null);
    }

    /// <summary>Refuses one message of a group that is being written.</summary>
    protected abstract void Refuse(PublishGroup group, int index, EnvelopeBatch batch, int at, NackReason reason, string error);

    /// <summary>The whole group has been handed to the library.</summary>
    protected abstract void OnWritten(PublishGroup group);

    /// <summary>Why a message of this size is never taken; null when it may be.</summary>
    protected string? TooLarge(int payload, int headers) => payload + headers <= MaxPayload ? null
        : headers == 0 ? $"the payload has {payload} bytes and the bus takes {MaxPayload}"
        : $"the payload has {payload} bytes, its headers {headers}, and the bus takes {MaxPayload}";

    /// <summary>As <see cref="Publish"/>, unless the bus is abandoned.</summary>
    /// <returns>False when it is.</returns>
    protected bool TryPublish(PublishGroup group, int index, EnvelopeBatch batch, int at, out ValueTask write)
    {
        lock (_writing)
        {
            write = _abandoned ? default : PublishAlone(group, index, batch, at);
            return !_abandoned;
        }
    }

    /// <summary>The part of a subject that is the same for all messages.</summary>
    private static string FirstTokens(SubjectTemplate subject) => subject.Wildcard.Split('*', '>')[0];

    private async Task ConnectAsync()
    {
        try
        {
            await Connection.ConnectAsync();
            _opened = true;
            await PrepareAsync();
            Owner.Tell(new BusProtocol.Up(this, Server));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Owner.Tell(new BusProtocol.Down(this, NatsProblem.Describe(e)));
        }
    }

    /// <summary>Publishes synchronously for as long as the client library takes messages without waiting, which is nearly always.</summary>
    private ValueTask WriteFrom(PublishGroup group, int range, int offset, int index)
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_abandoned, this);
            for (; range < group.Ranges.Count; range++, offset = 0)
            {
                var (batch, from, count) = group.Ranges[range];
                for (; offset < count; offset++, index++)
                {
                    var write = PublishAlone(group, index, batch, from + offset);
                    if (!write.IsCompletedSuccessfully)
                    {
                        return WriteRestAsync(write, group, range, offset + 1, index + 1);
                    }
                }
            }
        }

        OnWritten(group);
        return ValueTask.CompletedTask;
    }

    /// <summary>As <see cref="Publish"/>; what a message causes fails that message and no other.</summary>
    private ValueTask PublishAlone(PublishGroup group, int index, EnvelopeBatch batch, int at)
    {
        try
        {
            var write = Publish(group, index, batch, at);
            return write.IsCompletedSuccessfully ? write : PublishAloneAsync(write, group, index, batch, at);
        }
        catch (Exception e) when (IsOfMessage(e))
        {
            Fail(group, index, batch, at, e);
            return default;
        }
    }

    private async ValueTask PublishAloneAsync(ValueTask write, PublishGroup group, int index, EnvelopeBatch batch, int at)
    {
        try
        {
            await write;
        }
        catch (Exception e) when (IsOfMessage(e))
        {
            Fail(group, index, batch, at, e);
        }
    }

    /// <summary>
    /// What is not the connection's end is the message's own. Should one of the two be taken for the other, nothing is lost: a group on a
    /// connection that has ended is published again, refusals included.
    /// </summary>
    private bool IsOfMessage(Exception e) => Connection.ConnectionState == NatsConnectionState.Open
        && e is not (IOException or SocketException or ObjectDisposedException or OperationCanceledException or TimeoutException or OutOfMemoryException);

    private void Fail(PublishGroup group, int index, EnvelopeBatch batch, int at, Exception failure)
    {
        Refuse(group, index, batch, at, NackReason.PublishFailed, BusProtocol.Failed.Sentence);
        Owner.Tell(new BusProtocol.Failed(this, batch.Peer.Identity, failure), ActorRefs.NoSender);
    }

    private async ValueTask WriteRestAsync(ValueTask write, PublishGroup group, int range, int offset, int index)
    {
        await write;
        await WriteFrom(group, range, offset, index);
    }
}
