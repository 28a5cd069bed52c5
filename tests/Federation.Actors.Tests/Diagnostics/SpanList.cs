using System.Collections.Concurrent;
using System.Diagnostics;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Tests.Diagnostics;

/// <summary>Listens to the library's spans and keeps those that have ended, oldest first.</summary>
internal sealed class SpanList : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    /// <param name="samples">Whether a span that has this parent, or none, is recorded.</param>
    public SpanList(Func<ActivityContext, bool> samples)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => string.Equals(source.Name, Tracing.SourceName, StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                samples(options.Parent) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Those of a trace.</summary>
    public IReadOnlyList<Activity> Of(string traceId) =>
        [.. _ended.Where(span => string.Equals(span.TraceId.ToString(), traceId, StringComparison.Ordinal))];

    /// <summary>The only one of a trace with this name.</summary>
    public Activity Single(string traceId, string name) =>
        Xunit.Assert.Single(Of(traceId), span => string.Equals(span.OperationName, name, StringComparison.Ordinal));

    public void Dispose() => _listener.Dispose();
}
