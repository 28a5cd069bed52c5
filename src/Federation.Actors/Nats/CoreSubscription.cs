using System.Buffers;
using Federation.Actors.Diagnostics;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>A subscription that passes each message on from the client library's reading thread.</summary>
/// <remarks>The channel of <see cref="NatsSub{T}"/> drops messages by a bound of its own, and costs a wake-up of its reader.</remarks>
internal sealed class CoreSubscription : NatsSubBase
{
    private readonly Action<string, NatsHeaders?, byte[]> _take;
    private readonly Action<string> _note;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="take">Receives subject, headers and payload. On the reading thread; must not wait.</param>
    public CoreSubscription(NatsConnection connection, InputPortSettings port,
        Action<string, NatsHeaders?, byte[]> take, Action<string> note, CancellationToken stop)
        : base(connection, connection.SubscriptionManager, port.Subject,
            port.QueueGroup.Length > 0 ? port.QueueGroup : null, opts: null, stop)
    {
        _take = take;
        _note = note;
    }

    public Task Ended => _ended.Task;

    // Not ReceiveInternalAsync, whose caller is a state machine for each message.
    public override ValueTask ReceiveAsync(
        string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        try
        {
            _take(subject, headersBuffer is { } bytes ? Headers(bytes) : null, payloadBuffer.ToArray());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // One message must not end the input.
            _note($"a message on {subject} cannot be sent: {e.Message}");
        }

        return default;
    }

    protected override ValueTask ReceiveInternalAsync(
        string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer) =>
        ReceiveAsync(subject, replyTo, headersBuffer, payloadBuffer);

    // The base class may call this before its constructor returns.
    protected override void TryComplete() => _ended?.TrySetResult();

    private NatsHeaders Headers(ReadOnlySequence<byte> bytes)
    {
        var headers = new NatsHeaders();
        Connection.HeaderParser.ParseHeaders(new SequenceReader<byte>(bytes), headers);
        return headers;
    }
}
