using System.Buffers;
using NATS.Client.Core;

namespace Federation.Actors.Correlation;

/// <summary>A subscription that hands each message on at once, without a channel of its own.</summary>
/// <param name="connection">Where to subscribe.</param>
/// <param name="subject">To what.</param>
/// <param name="received">Told where an answer goes, if anywhere, and the payload. On the connection's reading thread; must not wait.</param>
internal sealed class ControlSubscription(NatsConnection connection, string subject, Action<string?, ReadOnlyMemory<byte>> received)
    : NatsSubBase(connection, connection.SubscriptionManager, subject, queueGroup: null, opts: null)
{
    /// <inheritdoc />
    protected override ValueTask ReceiveInternalAsync(
        string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        received(string.IsNullOrEmpty(replyTo) ? null : replyTo, payloadBuffer.ToArray());
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    protected override void TryComplete()
    {
    }
}
