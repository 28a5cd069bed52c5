using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

/// <summary>Rates and standstills of a component, from its counters. Not thread-safe.</summary>
internal sealed class ComponentFlow(ComponentMetrics metrics, bool receives, bool sends, TimeSpan now)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private bool _isWaiting;

    public RateMeter Received { get; } = new(now, metrics.Received(EnvelopeType.Data).Value, Window);

    /// <summary>Accepted by the bus: received, not dropped, and not waiting.</summary>
    public RateMeter Published { get; } = new(now, PublishedBy(metrics));

    public RateMeter Taken { get; } = new(now, sends ? metrics.Output.Taken.Value : 0);

    public RateMeter Delivered { get; } = new(now, sends ? metrics.Output.Delivered.Value : 0, Window);

    /// <summary>Null unless messages to peers are in flight and none is acked.</summary>
    public TimeSpan? StalledSince { get; private set; }

    /// <summary>Null unless messages wait for the bus and it accepts none.</summary>
    public TimeSpan? PublishStalledSince { get; private set; }

    public void Sample(TimeSpan now)
    {
        var last = Received.At;
        if (now <= last)
        {
            return;
        }

        var (delivered, published) = (Delivered.Count, Published.Count);
        Received.Sample(now, metrics.Received(EnvelopeType.Data).Value);
        Published.Sample(now, PublishedBy(metrics));
        Taken.Sample(now, sends ? metrics.Output.Taken.Value : 0);
        Delivered.Sample(now, sends ? metrics.Output.Delivered.Value : 0);
        var stalls = sends && metrics.Output.InFlight.Value > 0 && Delivered.Count <= delivered;
        StalledSince = stalls ? StalledSince ?? last : null;
        var isWaiting = receives && metrics.QueueDepth.Value > 0;
        PublishStalledSince = isWaiting && _isWaiting && Published.Count <= published ? PublishStalledSince ?? last : null;
        _isWaiting = isWaiting;
    }

    private static long PublishedBy(ComponentMetrics metrics) =>
        metrics.Received(EnvelopeType.Data).Value - NackReasons.All.Sum(reason => metrics.Dropped(reason).Value) - metrics.QueueDepth.Value;
}
