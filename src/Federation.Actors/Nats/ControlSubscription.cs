using System.Buffers;
using System.Text;
using Federation.Actors.Protocol;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>A subscription that hands each message on at once, without a channel of its own.</summary>
/// <param name="connection">Where to subscribe.</param>
/// <param name="subject">To what.</param>
/// <param name="received">Told where an answer goes, if anywhere, the payload, and the trace it belongs to, if any. On the connection's reading thread; must not wait.</param>
internal sealed class ControlSubscription(NatsConnection connection, string subject, Action<string?, ReadOnlyMemory<byte>, string?> received)
    : NatsSubBase(connection, connection.SubscriptionManager, subject, queueGroup: null, opts: null)
{
    /// <inheritdoc />
    protected override ValueTask ReceiveInternalAsync(
        string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        received(string.IsNullOrEmpty(replyTo) ? null : replyTo, payloadBuffer.ToArray(), TraceParentOf(headersBuffer));
        return ValueTask.CompletedTask;
    }

    private static string? TraceParentOf(ReadOnlySequence<byte>? headers)
    {
        if (headers is not { } lines)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(lines);
        const string Line = "\r\n" + TraceParent.Name + ":";
        var at = text.IndexOf(Line, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : TraceParent.Valid(text.AsSpan(at + Line.Length).TrimStart().ToString().Split('\r', 2)[0]);
    }

    /// <inheritdoc />
    protected override void TryComplete()
    {
    }
}
