using Federation.Actors.Protocol;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Nats;

/// <summary>Counts the messages that a stream's limits removed before one consumer delivered them.</summary>
/// <remarks>Where an input takes a part of its stream's subjects, the subjects of removed messages are unknown: the count is an upper
/// bound, taken only when a consumer is opened. Not thread-safe.</remarks>
internal sealed class SkippedMessages(InputPortSettings port, Action<long, bool> report)
{
    private bool _isExact;
    private DateTimeOffset _created;
    private long _next;

    // Gaps before this number are older than the consumer.
    private long _since;

    public void Opened(StreamInfo stream, ConsumerInfo consumer)
    {
        var isFirst = _next == 0;
        _isExact = TakesAll(stream.Config);
        _since = isFirst && consumer.Delivered.ConsumerSeq == 0 ? (long)stream.State.LastSeq : _since;
        _next = isFirst ? (long)consumer.Delivered.StreamSeq + 1 : _created == stream.Created ? _next : 1;
        _created = stream.Created;
        SkipTo((long)stream.State.FirstSeq, isFirst ? Unacked(consumer, (long)stream.State.FirstSeq) : 0);
    }

    /// <summary>The consumer delivered a message for the first time.</summary>
    public void Given(long number)
    {
        if (_isExact && number > _since + 1)
        {
            _next = Math.Max(_next, _since + 1);
            SkipTo(number, unacked: 0);
        }

        _next = Math.Max(_next, number + 1);
    }

    private void SkipTo(long number, long unacked)
    {
        if (Math.Max(0, number - _next) + unacked is > 0 and var count)
        {
            report(count, _isExact);
        }

        _next = Math.Max(_next, number);
    }

    /// <summary>Delivered, unacked messages that were removed since. A server of 2.10 or later counts them as acked.</summary>
    private static long Unacked(ConsumerInfo consumer, long first) =>
        Math.Min(consumer.NumAckPending, Math.Max(
            0, Math.Min(first - 1, (long)consumer.Delivered.StreamSeq) - (long)consumer.AckFloor.StreamSeq));

    /// <summary>Limits per subject and roll-ups remove messages anywhere; a gap then proves nothing.</summary>
    private bool TakesAll(StreamConfig stream) =>
        stream is { Mirror: null, MaxMsgsPerSubject: <= 0, AllowRollupHdrs: false, Subjects: { Count: > 0 } subjects }
            && stream.Sources is null or { Count: 0 }
        && SubjectPattern.TryParse(port.Subject, out var pattern)
        && subjects.All(subject => string.Equals(subject, port.Subject, StringComparison.Ordinal) || (
            port.Subject.EndsWith('>') && pattern.Matches(subject)));
}
