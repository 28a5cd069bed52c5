using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>One connection to NATS that publishes groups; subclasses define the confirm.</summary>
/// <remarks>It never reconnects, see <see cref="OrderedConnection"/>: the owner makes a new bus. <see cref="WriteAsync"/> and <see
/// cref="Abandon"/> are called by the owner; events come from the library's threads.</remarks>
internal abstract class NatsBus : IMessageBus
{
    private readonly Lock _writing = new();
    private readonly MessageHeaders _headers;
    private (long Group, int Count) _written;
    private bool _abandoned;
    private volatile bool _isUp;

    protected NatsBus(NatsOpts options, NatsServers servers, BusPort port, TimeProvider time)
    {
        Port = port;
        _headers = new MessageHeaders(port);
        Link = new OrderedConnection(
            options, servers, TakeError, OnPong, reason => Owner.Tell(new BusProtocol.Down(this, reason), ActorRefs.NoSender), time);
    }

    protected OrderedConnection Link { get; }

    protected NatsConnection Connection => Link.Connection;

    protected IActorRef Owner { get; private set; } = ActorRefs.Nobody;

    protected BusPort Port { get; }

    private int MaxPayload => Connection.ServerInfo?.MaxPayload ?? int.MaxValue;

    public void Start(IActorRef owner)
    {
        Owner = owner;
        _ = Task.Run(ConnectAsync);
    }

    public virtual ValueTask WriteAsync(PublishGroup group) => WriteFrom(group, 0, 0, 0);

    public void Abandon()
    {
        lock (_writing)
        {
            _abandoned = true;
        }
    }

    public virtual ValueTask DisposeAsync() => Link.DisposeAsync();

    /// <summary>The server refused a publish to a subject. On the reading thread; must not wait.</summary>
    protected abstract void OnRefused(string subject, string error, long pongs);

    /// <summary>The server has processed everything before this PING. On the reading thread; must not wait.</summary>
    protected virtual void OnPong(long number)
    {
    }

    /// <summary>Runs between the connection and the first group.</summary>
    /// <exception cref="Exception">The bus cannot be used; the message is one sentence.</exception>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>The id for the stream's deduplication, or null.</summary>
    protected virtual string? MessageIdOf(EnvelopeBatch batch, in EnvelopeEntry entry) => null;

    /// <summary>The reply subject, or null.</summary>
    protected virtual string? ReplyTo(PublishGroup group, int index) => null;

    protected string Subject(EnvelopeBatch batch, in EnvelopeEntry entry) => Port.Subject.Resolve(batch, entry);

    /// <returns>False when the message is refused because it may not be published there.</returns>
    private bool TrySubject(PublishGroup group, int index, EnvelopeBatch batch, int at, out string subject)
    {
        subject = Subject(batch, batch[at]);
        if (Port.Forbids(batch, subject) is not { } reason)
        {
            return true;
        }

        Refuse(group, index, batch, at, NackReason.NotPermitted, reason);
        return false;
    }

    private string? Trace(PublishGroup group, EnvelopeBatch batch, int at, string subject)
    {
        ref readonly var entry = ref batch[at];
        return PublishSpan.Begin(group, batch, at, Port.Component, subject)
            ?? (entry.HasTrace ? Encoding.ASCII.GetString(batch.Trace(entry)) : null);
    }

    protected abstract void Refuse(PublishGroup group, int index, EnvelopeBatch batch, int at, NackReason reason, string error);

    /// <summary>Where the library starts spans of its own, they are children of the message's.</summary>
    /// <returns>False when the message is too large with the headers that the library adds.</returns>
    private bool TrySend(
        PublishGroup group, string subject, ReadOnlyMemory<byte> payload,
        NatsHeaders? headers, string? replyTo, EnvelopeBatch batch, int at, out ValueTask write)
    {
        if (!MessageHeaders.IsTraced)
        {
            write = Connection.PublishAsync(subject, payload, headers, replyTo, NatsRawSerializer<ReadOnlyMemory<byte>>.Default);
            return true;
        }

        var current = Activity.Current;
        Activity.Current = group.SpanOf(batch, at);
        try
        {
            write = Connection.PublishAsync(subject, payload, headers, replyTo, NatsRawSerializer<ReadOnlyMemory<byte>>.Default);
            return true;
        }
        catch (NatsPayloadTooLargeException)
        {
            write = default;
            return false;
        }
        finally
        {
            Activity.Current = current;
        }
    }

    protected virtual void OnWritten(PublishGroup group)
    {
    }

    /// <summary>The error for a message of this size, or null.</summary>
    private string? TooLarge(int payload, int headers) => payload + headers <= MaxPayload ? null
        : headers == 0 ? $"the payload has {payload} bytes, and the maximum of the bus is {MaxPayload}"
        : $"the payload has {payload} bytes, its headers {headers}, and the maximum of the bus is {MaxPayload}";

    private string TooLargeTraced(int payload) => $"the payload of {payload} bytes with its headers and the trace of the NATS "
        + $"client exceeds the bus's maximum of {MaxPayload}";

    protected bool TryPublish(PublishGroup group, int index, EnvelopeBatch batch, int at, out ValueTask write)
    {
        lock (_writing)
        {
            write = _abandoned ? default : PublishAlone(group, index, batch, at);
            return !_abandoned;
        }
    }

    /// <returns>The PING's number, once its PONG has come; the last group written before it, and how many of its messages were.</returns>
    protected (Task<long> Pong, (long Group, int Count) Written) PingBehind(CancellationToken cancel)
    {
        lock (_writing)
        {
            return (Link.PingAsync(cancel), _written);
        }
    }

    private void TakeError(string error, long pongs)
    {
        var refusal = NatsRefusal.Parse(error);
        if (_isUp && refusal is { IsSubscription: false })
        {
            OnRefused(refusal.Subject, error, pongs);
        }
        else if (refusal is not null)
        {
            // Without it the stream cannot be looked at, or no answer comes. It is tried again from the start, until it is permitted.
            Owner.Tell(new BusProtocol.Down(this, $"{Link.Server} reports: {error}"), ActorRefs.NoSender);
        }
        else
        {
            Owner.Tell(new BusProtocol.Notice(this, $"{Link.Server} reports: {error}"), ActorRefs.NoSender);
        }
    }

    private async Task ConnectAsync()
    {
        try
        {
            await Link.ConnectAsync();
            await PrepareAsync();
            _isUp = true;
            Owner.Tell(new BusProtocol.Up(this, Link.Server));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Owner.Tell(new BusProtocol.Down(this, NatsProblem.Describe(e, ConnectErrors.Of(Link.Connection))));
        }
    }

    /// <summary>Publishes synchronously as long as the client library accepts messages without waiting, which is nearly always.</summary>
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
                        _written = (group.Number, index + 1);
                        return WriteRestAsync(write, group, range, offset + 1, index + 1);
                    }
                }
            }

            _written = (group.Number, index);
        }

        OnWritten(group);
        return ValueTask.CompletedTask;
    }

    /// <summary>The library has copied the message when this returns, whether or not it has completed.</summary>
    private ValueTask Publish(PublishGroup group, int index, EnvelopeBatch batch, int at)
    {
        ref readonly var entry = ref batch[at];
        var payload = RawPayload.Body(batch, entry, Port.DecodeRaw);
        if (!TrySubject(group, index, batch, at, out var subject))
        {
            return default;
        }

        var headers = _headers.Of(batch.Peer, MessageIdOf(batch, entry), batch.Via(entry), Trace(group, batch, at, subject), out var bytes);
        var error = TooLarge(payload.Length, bytes);
        if (error is null && TrySend(group, subject, payload, headers, ReplyTo(group, index), batch, at, out var write))
        {
            return write;
        }

        Refuse(group, index, batch, at, NackReason.TooLarge, error ?? TooLargeTraced(payload.Length));
        return default;
    }

    /// <summary>As <see cref="Publish"/>; an exception fails only its message.</summary>
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

    /// <summary>Any error on an open connection is the message's own. A wrong guess loses nothing: a group on an ended connection is
    /// published again, refusals included.</summary>
    private bool IsOfMessage(Exception e) => Connection.ConnectionState == NatsConnectionState.Open
        && e is not (IOException or SocketException or ObjectDisposedException or OperationCanceledException
            or TimeoutException or OutOfMemoryException);

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
