namespace Federation.Actors.Diagnostics;

/// <summary>The numbers of a component's sending side. Thread-safe.</summary>
/// <remarks>Between two messages, <c>taken = delivered + dropped + returned + held</c>.</remarks>
internal sealed class OutputMetrics(ComponentSeries series)
{
    public string Component => series.Component;

    /// <summary>From the bus, once per peer.</summary>
    public Counter Taken { get; } = series.Get(MetricTable.OutputTaken);

    public Counter HeadersUnreadable { get; } = series.Get(MetricTable.OutputHeadersUnreadable);

    public Counter Sent { get; } = series.Get(MetricTable.OutputSent);

    public Counter Resent { get; } = series.Get(MetricTable.OutputResent);

    /// <summary>Acked; with at_most_once: written.</summary>
    public Counter Delivered { get; } = series.Get(MetricTable.OutputDelivered);

    public Counter Returned { get; } = series.Get(MetricTable.OutputReturned);

    public Counter SlowReceived { get; } = series.Get(MetricTable.OutputSlowReceived);

    public Counter UnknownAnswers { get; } = series.Get(MetricTable.OutputUnknownAnswers);

    public Gauge Held { get; } = series.Get(MetricTable.OutputHeld);

    public Gauge InFlight { get; } = series.Get(MetricTable.OutputInFlight);

    /// <summary>Seconds since the oldest message in flight was first sent; 0 also when none is.</summary>
    public RealGauge UnackedAge { get; } = series.Get(MetricTable.OutputUnackedAge);

    public Gauge Peers { get; } = series.Get(MetricTable.OutputPeers);

    /// <summary>The lowest limit of a peer; 0 also without a limit.</summary>
    public RealGauge RateCap { get; } = series.Get(MetricTable.OutputRateCap);

    public Gauge InputsFailing { get; } = series.Get(MetricTable.OutputInputsFailing);

    public Counter Dropped(string reason) => series.Get(MetricTable.OutputDropped, reason);

    /// <param name="result"><c>confirmed</c>, <c>refused</c> or <c>unconfirmed</c>.</param>
    public Counter DeadLetters(string result) => series.Get(MetricTable.OutputDeadLetters, result);

    public Counter Nacked(string reason) => series.Get(MetricTable.OutputNacked, reason);

    public IReadOnlyDictionary<string, long> Drops() => series.Counts(MetricTable.OutputDropped);

    public IReadOnlyDictionary<string, long> Nacks() => series.Counts(MetricTable.OutputNacked);
}
