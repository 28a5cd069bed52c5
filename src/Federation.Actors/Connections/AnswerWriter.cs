using System.Globalization;
using System.Text.Unicode;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Connections;

/// <summary>Writes a component's answers to one peer, and counts refused messages.</summary>
/// <remarks>Fills <see cref="AnswerBuffers.Filling"/> and sends nothing. <c>now</c> is in Unix milliseconds. Acks and nacks release their
/// messages: the range must not be read afterwards. Not thread-safe.</remarks>
/// <param name="answersRequests">True without a correlation actor: requests are refused here.</param>
internal sealed class AnswerWriter(AnswerBuffers answers, ComponentMetrics metrics, FederationLog log, bool answersRequests)
{
    // "bp-", two longs of at most 20 characters, and the dash between them.
    private const int MaxSlowId = 44;

    private long _slowCount;

    public void WriteControls(EnvelopeBatch batch, long now)
    {
        var controls = batch.Controls;
        for (var i = 0; i < controls.Count; i++)
        {
            var control = controls[i];
            metrics.Received(control.Type).Inc();
            try
            {
                WriteControl(batch, control, now);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Fail("answer an envelope", batch, e);
            }
        }
    }

    public void WriteAcks(MessageRange range, long now)
    {
        var batch = range.Batch;
        for (var i = range.From; i < range.End; i++)
        {
            ref readonly var entry = ref batch[i];
            if (entry.Sequence > 0)
            {
                answers.Frames!.Answer(entry.Sequence, null, "");
            }
            else if (entry.HasId)
            {
                try
                {
                    EnvelopeWriter.WriteAck(answers.Filling, batch.Id(entry), now);
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    Fail("ack a message", batch, e);
                }
            }
        }

        batch.Release(range.Count);
    }

    public void WriteNacks(MessageRange range, NackReason reason, string error, long now)
    {
        var batch = range.Batch;
        for (var i = range.From; i < range.End; i++)
        {
            ref readonly var entry = ref batch[i];
            if (entry.HasId)
            {
                try
                {
                    WriteNack(batch, entry, reason, error, now);
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    Fail("nack a message", batch, e);
                }
            }
        }

        batch.Release(range.Count);
    }

    /// <summary>The id contains the time and a count from 1, so that it is unique in its connection.</summary>
    public void WriteSlow(SlowNotice notice, long now)
    {
        _slowCount++;
        metrics.SlowSent.Inc();
        Span<byte> id = stackalloc byte[MaxSlowId];
        Utf8.TryWrite(id, CultureInfo.InvariantCulture, $"bp-{now}-{_slowCount}", out var length);
        EnvelopeWriter.WriteSlow(answers.Filling, id[..length], now, notice);
    }

    public void WriteRequest(RequestProtocol.Request request, long now)
    {
        Span<byte> id = stackalloc byte[System.Text.Encoding.UTF8.GetMaxByteCount(request.Id.Length)];
        var length = System.Text.Encoding.UTF8.GetBytes(request.Id, id);
        EnvelopeWriter.WriteRequest(answers.Filling, id[..length], now, request.Payload.Span, request.TraceParent);
    }

    public void WriteReply(RequestProtocol.Reply reply, long now) =>
        EnvelopeWriter.WriteReply(answers.Filling, reply.Id.Span, now, reply.Payload.Span);

    public void WriteTooLarge(RequestProtocol.Reply reply, long now) => EnvelopeWriter.WriteReply(
        answers.Filling, reply.Id.Span, now, ReplyPayload.Error(RequestErrors.TooLarge, $"the reply has {reply.Payload.Length} bytes and "
            + "is too large for a message, or does not fit into the queue together with your unread data").Span);

    /// <summary>Writes an ack with an empty id, for peers that end a connection without answers.</summary>
    public void WriteKeepAlive(long now) => EnvelopeWriter.WriteAck(answers.Filling, default, now);

    private void WriteControl(EnvelopeBatch batch, in EnvelopeEntry control, long now)
    {
        switch (control.Type)
        {
            case EnvelopeType.Data:
                WriteRefusal(batch, control, now);
                break;
            case EnvelopeType.Request when answersRequests && control.HasId:
                EnvelopeWriter.WriteReply(answers.Filling, batch.Id(control), now,
                    ReplyPayload.Error(RequestErrors.NotSupported, "requests are disabled").Span);
                break;
            default:
                // The correlation actor reads requests and replies, the delivery acks, nacks and slow signals.
                break;
        }
    }

    private void Fail(string doing, EnvelopeBatch batch, Exception failure)
    {
        answers.Filling.DiscardUnfinished();
        log.WriteFailure(metrics, $"{doing} of {batch.Peer.Identity}", failure);
    }

    /// <summary>Nacks a data envelope without a payload, one that may not be forwarded, or one that is too large for its peer's
    /// profile.</summary>
    private void WriteRefusal(EnvelopeBatch batch, in EnvelopeEntry control, long now)
    {
        var (reason, error) = Refusal(batch, control);
        metrics.Dropped(reason).Inc();
        if (!control.IsAnswerable)
        {
            metrics.Errors(ErrorTypes.MissingId).Inc();
            return;
        }

        metrics.NacksSent(reason).Inc();
        WriteNack(batch, control, reason, error, now);
    }

    private static (NackReason Reason, string Error) Refusal(EnvelopeBatch batch, in EnvelopeEntry control) =>
        !control.HasPayload ? (NackReason.MissingPayload, NackReasons.Sentence(NackReason.MissingPayload))
        : control.Loop != LoopVerdict.None ? (NackReason.Loop, LoopGuard.Sentence(control.Loop))
        : (NackReason.TooLarge, batch.Permissions!.TooLarge(control.Length));

    private void WriteNack(EnvelopeBatch batch, in EnvelopeEntry entry, NackReason reason, string error, long now)
    {
        if (entry.Sequence > 0)
        {
            answers.Frames!.Answer(entry.Sequence, reason, error);
        }
        else if (entry.HasId)
        {
            EnvelopeWriter.WriteNack(answers.Filling, batch.Id(entry), now, reason, error);
        }
    }
}
