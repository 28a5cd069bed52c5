using System.Diagnostics;
using System.Text;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Connections;

/// <summary>Begins the traces of what has been received. Called only while somebody listens.</summary>
internal static class ReceiveSpans
{
    /// <summary>A span for each data message that is to be traced.</summary>
    /// <remarks>A message whose sender has decided against its trace costs a look at a flag.</remarks>
    /// <returns>Null when none is.</returns>
    public static BatchTraces? Of(EnvelopeBatch batch, string component)
    {
        BatchTraces? traces = null;
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var entry = ref batch[i];
            var parent = default(ActivityContext);
            if (entry.HasTrace)
            {
                var text = batch.Trace(entry);
                if (!TraceParent.IsSampled(text))
                {
                    continue;
                }

                parent = Tracing.Parent(Encoding.ASCII.GetString(text));
            }

            var span = Tracing.Start(Tracing.Receive, ActivityKind.Consumer, parent, component, batch.Peer.Identity);
            if (span is not null)
            {
                traces ??= new BatchTraces(batch.Count, new DateTimeOffset(span.StartTimeUtc));
                traces[i] = span.Context;
                Tracing.End(span);
            }
        }

        return traces;
    }
}
