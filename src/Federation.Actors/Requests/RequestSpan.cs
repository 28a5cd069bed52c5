using System.Diagnostics;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Requests;

/// <summary>The span of a request from when it is asked until it is answered or given up.</summary>
internal static class RequestSpan
{
    /// <summary>Starts one.</summary>
    /// <param name="traceParent">The trace of who asks; null: none.</param>
    /// <param name="component">Whose request it is.</param>
    /// <param name="peer">The peer that asks or is asked.</param>
    /// <param name="method">What is asked.</param>
    /// <returns>Null when it is not recorded.</returns>
    public static Activity? Start(string? traceParent, string component, string peer, string method) => !Tracing.IsOn
        ? null
        : Tracing.Start(Tracing.Request, ActivityKind.Client, Tracing.Parent(traceParent), component, peer)?.SetTag("federation.method", method);

    /// <summary>The trace context that goes out with the request; null when it is not recorded.</summary>
    public static string? Of(Activity? span) => span is null ? null : TraceParent.Of(span.Context);

    /// <summary>Ends it, if there is one.</summary>
    /// <param name="span">The span.</param>
    /// <param name="error">What has come in place of an answer; null: an answer.</param>
    public static void End(Activity? span, string? error)
    {
        if (span is not null)
        {
            span.SetStatus(error is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, error);
            Tracing.End(span);
        }
    }
}
