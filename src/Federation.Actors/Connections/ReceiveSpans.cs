using System.Diagnostics;
using System.Text;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Connections;

/// <summary>Begins the traces of received messages. Called only while there is a listener.</summary>
internal static class ReceiveSpans
{
    /// <returns>A span for each data message, unless its sender decided against tracing; null when there is none.</returns>
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
