using System.Diagnostics;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

internal sealed class PublishGroup(long number, long lease, long sequence, IReadOnlyList<MessageRange> ranges)
{
    private readonly Lock _gate = new();
    private List<Refusal>? _refusals;
    private List<PublishSpan>? _spans;

    public long Number { get; } = number;

    public long Lease { get; } = lease;

    public long Sequence { get; } = sequence;

    public IReadOnlyList<MessageRange> Ranges { get; } = ranges;

    public int Count { get; } = Total(ranges);

    public IReadOnlyList<Refusal> Refusals => _refusals ?? (IReadOnlyList<Refusal>)[];

    /// <summary>Permanently; called in message order by the writer of the group.</summary>
    public void Refuse(EnvelopeBatch batch, int index, NackReason reason, string error) =>
        (_refusals ??= []).Add(new Refusal(batch, index, reason, error));

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

    /// <summary>Begins the span of a message that is being written, until <see cref="EndSpans"/>. Thread-safe.</summary>
    public void Begin(PublishSpan span)
    {
        lock (_gate)
        {
            (_spans ??= []).Add(span);
        }
    }

    public Activity? SpanOf(EnvelopeBatch batch, int at)
    {
        lock (_gate)
        {
            return _spans is [.., var last] && last.Batch == batch && last.At == at ? last.Span : null;
        }
    }

    /// <param name="refusals">Null: the outcome is unknown, and the group is published again.</param>
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

internal readonly record struct PublishSpan(Activity Span, EnvelopeBatch Batch, int At)
{
    /// <summary>Records how long a message has waited in the queue, and begins its publication.</summary>
    /// <returns>The trace context for the message; null when it is not traced.</returns>
    public static string? Begin(PublishGroup group, EnvelopeBatch batch, int at, string component, string subject)
    {
        if (batch.Traces is not { } traces || traces[at] == default)
        {
            return null;
        }

        var parent = traces[at];
        if (Tracing.Start(Tracing.Queue, ActivityKind.Internal, parent, component, batch.Peer.Identity, traces.Received) is { } queue)
        {
            Tracing.End(queue);
            parent = queue.Context;
        }

        if (Tracing.Start(Tracing.Publish, ActivityKind.Producer, parent, component, batch.Peer.Identity) is not { } span)
        {
            return TraceParent.Of(parent);
        }

        span.SetTag("messaging.system", "nats").SetTag("messaging.destination.name", subject);
        group.Begin(new PublishSpan(span, batch, at));
        return TraceParent.Of(span.Context);
    }

    public void End(IReadOnlyList<Refusal>? refusals)
    {
        if (refusals is null)
        {
            Span.SetStatus(ActivityStatusCode.Error, "not confirmed");
        }
        else
        {
            foreach (var refusal in refusals)
            {
                if (refusal.Batch == Batch && refusal.Index == At)
                {
                    Span.SetStatus(ActivityStatusCode.Error, NackReasons.Name(refusal.Reason).ToString());
                }
            }
        }

        Tracing.End(Span);
    }
}
