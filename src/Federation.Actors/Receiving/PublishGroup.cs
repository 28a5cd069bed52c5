using System.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>Messages that are written together and confirmed together.</summary>
/// <param name="number">Counts the groups of one publisher from 1.</param>
/// <param name="lease">The queue's lease.</param>
/// <param name="sequence">The queue's number within the lease.</param>
/// <param name="ranges">What to publish, in order.</param>
internal sealed class PublishGroup(long number, long lease, long sequence, IReadOnlyList<MessageRange> ranges)
{
    private readonly Lock _gate = new();
    private List<Refusal>? _refusals;
    private List<PublishSpan>? _spans;

    /// <summary>Counts the groups of one publisher from 1.</summary>
    public long Number { get; } = number;

    /// <summary>The queue's lease.</summary>
    public long Lease { get; } = lease;

    /// <summary>The queue's number within the lease.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>What to publish, in order.</summary>
    public IReadOnlyList<MessageRange> Ranges { get; } = ranges;

    /// <summary>Number of messages.</summary>
    public int Count { get; } = Total(ranges);

    /// <summary>What the bus will not take, in order.</summary>
    public IReadOnlyList<Refusal> Refusals => _refusals ?? (IReadOnlyList<Refusal>)[];

    /// <summary>Notes that the bus will never take a message. Called in message order by whoever writes the group.</summary>
    public void Refuse(EnvelopeBatch batch, int index, NackReason reason, string error) =>
        (_refusals ??= []).Add(new Refusal(batch, index, reason, error));

    /// <summary>Refuses those messages for which there is an error. Called when the group has been written.</summary>
    /// <param name="error">Says why a message is refused; null: it is not.</param>
    public void Refuse(Func<EnvelopeBatch, int, string?> error)
    {
        var before = Refusals;
        var next = 0;
        List<Refusal> all = [];
        foreach (var range in Ranges)
        {
            for (var at = range.From; at < range.End; at++)
            {
                if (next < before.Count && before[next].Batch == range.Batch && before[next].Index == at)
                {
                    all.Add(before[next++]);
                }
                else if (error(range.Batch, at) is { } said)
                {
                    all.Add(new Refusal(range.Batch, at, NackReason.PublishFailed, said));
                }
            }
        }

        _refusals = all;
    }

    /// <summary>Begins the span of a message that is being written; it ends with <see cref="EndSpans"/>. Thread-safe.</summary>
    public void Begin(PublishSpan span)
    {
        lock (_gate)
        {
            (_spans ??= []).Add(span);
        }
    }

    /// <summary>The span that was begun last, if it is that of a message.</summary>
    public Activity? SpanOf(EnvelopeBatch batch, int at)
    {
        lock (_gate)
        {
            return _spans is [.., var last] && last.Batch == batch && last.At == at ? last.Span : null;
        }
    }

    /// <summary>Ends the spans of the messages, if there are any.</summary>
    /// <param name="refusals">What was not taken; null: nobody knows what became of the group, which is published again.</param>
    public void EndSpans(IReadOnlyList<Refusal>? refusals)
    {
        if (_spans is null)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var span in _spans)
            {
                span.End(refusals);
            }

            _spans = null;
        }
    }

    private static int Total(IReadOnlyList<MessageRange> ranges)
    {
        var total = 0;
        foreach (var range in ranges)
        {
            total += range.Count;
        }

        return total;
    }
}
