using System.Buffers;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>A subscription that passes each message on from the client library's reading thread.</summary>
/// <remarks>The channel of <see cref="NatsSub{T}"/> drops messages by a bound of its own, and costs a wake-up of its reader.</remarks>
/// <param name="unreadable">Receives the reason when headers cannot be parsed. The message has those before the faulty one.</param>
internal abstract class MessageSubscription(
    NatsConnection connection, string subject, string? queueGroup, Action<string> unreadable, CancellationToken stop = default)
    : NatsSubBase(connection, connection.SubscriptionManager, subject, queueGroup, opts: null, stop)
{
    // Not ReceiveInternalAsync, whose caller is a state machine for each message.
    public sealed override ValueTask ReceiveAsync(
        string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        try
        {
            Take(subject, replyTo, headersBuffer is { } bytes ? Headers(bytes) : null, payloadBuffer);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fail(subject, e);
        }

        return default;
    }

    /// <remarks>On the reading thread; must not wait.</remarks>
    protected abstract void Take(string subject, string? replyTo, NatsHeaders? headers, ReadOnlySequence<byte> payload);

    /// <summary>A message could not be taken.</summary>
    protected abstract void Fail(string subject, Exception error);

    protected sealed override ValueTask ReceiveInternalAsync(
        string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer) =>
        ReceiveAsync(subject, replyTo, headersBuffer, payloadBuffer);

    /// <remarks>The server passes on any bytes as headers. As in other clients, a message with faulty ones is a message.</remarks>
    private NatsHeaders Headers(ReadOnlySequence<byte> bytes)
    {
        var headers = new NatsHeaders();
        try
        {
            if (!Connection.HeaderParser.ParseHeaders(new SequenceReader<byte>(bytes), headers))
            {
                unreadable("incomplete");
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            unreadable(e.Message);
        }

        return headers;
    }
}
