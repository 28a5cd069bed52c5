using System.Diagnostics;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The span of a message from when it was taken from the bus until a peer had it.</summary>
internal static class DeliverSpan
{
    /// <summary>Records one that ends now.</summary>
    /// <param name="trace">The message's; null: it is not traced.</param>
    /// <param name="component">Whose message it is.</param>
    /// <param name="peer">The peer that has it.</param>
    public static void Record(OutboundTrace? trace, string component, string peer)
    {
        if (trace is not null && Tracing.Start(Tracing.Deliver, ActivityKind.Producer, trace.Parent, component, peer, trace.Taken) is { } span)
        {
            Tracing.End(span);
        }
    }
}
