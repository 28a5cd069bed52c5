using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

/// <summary>Messages a second through a component, from its counters. Pure; not thread-safe.</summary>
/// <param name="metrics">The counters.</param>
/// <param name="receives">Whether it takes from peers.</param>
/// <param name="sends">Whether it sends to peers.</param>
/// <param name="now">The start, by the monotonic clock.</param>
internal sealed class ComponentFlow(ComponentMetrics metrics, bool receives, bool sends, TimeSpan now)
{
    private TimeSpan _at = now;
    private bool _isWaiting;
    private Counts _counts = Read(metrics, receives, sends);

    /// <summary>From peers.</summary>
    public double Received { get; private set; }

    /// <summary>Taken by the bus: what has come, was not dropped, and does not wait.</summary>
    public double Published { get; private set; }

    /// <summary>Taken from the bus, one for each peer.</summary>
    public double Taken { get; private set; }

    /// <summary>Delivered to peers.</summary>
    public double Delivered { get; private set; }

    /// <summary>Since when messages are on their way to peers and none is acked; null while that is not so.</summary>
    public TimeSpan? StalledSince { get; private set; }

    /// <summary>Since when messages wait for the bus and it takes none; null while that is not so.</summary>
    public TimeSpan? PublishStalledSince { get; private set; }

    /// <summary>Measures the rates since the last time.</summary>
    public void Sample(TimeSpan now)
    {
        var seconds = (now - _at).TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        var counts = Read(metrics, receives, sends);
        Received = Rate(counts.Received - _counts.Received, seconds);
        Published = Rate(counts.Published - _counts.Published, seconds);
        Taken = Rate(counts.Taken - _counts.Taken, seconds);
        Delivered = Rate(counts.Delivered - _counts.Delivered, seconds);
        var stalls = sends && metrics.Output.InFlight.Value > 0 && counts.Delivered <= _counts.Delivered;
        StalledSince = stalls ? StalledSince ?? _at : null;
        var waits = receives && metrics.QueueDepth.Value > 0 && _isWaiting && counts.Published <= _counts.Published;
        PublishStalledSince = waits ? PublishStalledSince ?? _at : null;
        _isWaiting = receives && metrics.QueueDepth.Value > 0;
        (_at, _counts) = (now, counts);
    }

    private static double Rate(double count, double seconds) => Math.Max(0, Math.Round(count / seconds, 1));

    private static Counts Read(ComponentMetrics metrics, bool receives, bool sends)
    {
        var received = receives ? metrics.Received(EnvelopeType.Data).Value : 0;
        var published = receives ? received - NackReasons.All.Sum(reason => metrics.Dropped(reason).Value) - metrics.QueueDepth.Value : 0;
        return new(received, published, sends ? metrics.Output.Taken.Value : 0, sends ? metrics.Output.Delivered.Value : 0);
    }

    private readonly record struct Counts(double Received, double Published, double Taken, double Delivered);
}
