using System.Diagnostics;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>The span of one message from when it is written to the bus until the bus has confirmed it.</summary>
/// <param name="Span">The span.</param>
/// <param name="Batch">Where the message stands.</param>
/// <param name="At">Its number there.</param>
internal readonly record struct PublishSpan(Activity Span, EnvelopeBatch Batch, int At)
{
    /// <summary>Records how long a message has waited in the queue, and begins its publication.</summary>
    /// <param name="group">The message's group, which ends it.</param>
    /// <param name="batch">Where the message stands.</param>
    /// <param name="at">Its number there.</param>
    /// <param name="component">Whose message it is.</param>
    /// <param name="subject">Where it is published.</param>
    /// <returns>The trace context that goes out with the message; null when it is not traced.</returns>
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

    /// <summary>Ends it.</summary>
    /// <param name="refusals">What of its group was not taken; null: nobody knows.</param>
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
