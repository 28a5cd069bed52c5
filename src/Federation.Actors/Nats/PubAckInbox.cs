using System.Buffers;
using System.Globalization;
using Federation.Actors.Receiving;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The subscription for JetStream's answers to a bus: <c>inbox.group.index</c>.</summary>
/// <remarks>NATS.Net's request and reply would make a task and a table entry for each message. Called sequentially on the connection's
/// reading thread.</remarks>
internal sealed class PubAckInbox : NatsSubBase
{
    private readonly Action<long, int, PubAck> _answered;

    /// <param name="answered">Receives the number of the group, the index in it, and the answer. Must not wait.</param>
    public PubAckInbox(NatsConnection connection, string inbox, Action<long, int, PubAck> answered)
        : base(connection, connection.SubscriptionManager, inbox + ".*.*", queueGroup: null, opts: null)
    {
        _answered = answered;
    }

    protected override ValueTask ReceiveInternalAsync(
        string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        var index = subject.LastIndexOf('.');
        var group = subject.LastIndexOf('.', index - 1);
        if (long.TryParse(subject.AsSpan((group + 1)..index), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(subject.AsSpan(index + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var at))
        {
            _answered(number, at, payloadBuffer.IsEmpty ? PubAck.NoResponders : PubAck.Read(payloadBuffer));
        }

        return ValueTask.CompletedTask;
    }

    protected override void TryComplete()
    {
    }
}
