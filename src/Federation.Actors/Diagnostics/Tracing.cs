using System.Diagnostics;

namespace Federation.Actors.Diagnostics;

/// <summary>The spans of this library. Without a listener they cost one check. Thread-safe.</summary>
/// <remarks>Spans are never the current activity of a thread: a message passes several.</remarks>
internal static class Tracing
{
    public const string SourceName = "Federation.Actors";

    public const string Receive = "receive";
    public const string Queue = "queue";
    public const string Publish = "publish";
    public const string Deliver = "deliver";
    public const string Request = "request";

    private static readonly ActivitySource Source = new(SourceName);

    public static bool IsOn => Source.HasListeners();

    /// <returns>To be ended with <see cref="End"/>; null when it is not recorded.</returns>
    public static Activity? Start(
        string name, ActivityKind kind, ActivityContext parent, string component, string peer, DateTimeOffset start = default)
    {
        var current = Activity.Current;
        if (current is not null)
        {
            // Else it would be the parent of what has none.
            Activity.Current = null;
        }

        var span = Source.StartActivity(name, kind, parent, tags: null, links: null, start);
        if (span is not null)
        {
            if (!span.Recorded)
            {
                span.Stop();
                span = null;
            }
            else
            {
                span.SetTag("federation.component", component).SetTag("federation.peer", peer);
            }
        }

        if (current is not null || span is not null)
        {
            Activity.Current = current;
        }

        return span;
    }

    /// <summary>On any thread.</summary>
    public static void End(Activity span)
    {
        var current = Activity.Current;
        span.Stop();
        if (current != Activity.Current)
        {
            Activity.Current = current;
        }
    }

    public static ActivityContext Parent(string? traceParent) =>
        traceParent is null ? default : ActivityContext.Parse(traceParent, traceState: null);
}
