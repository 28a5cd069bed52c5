namespace Federation.Actors.Diagnostics;

/// <summary>The numbers of a component's sending side.</summary>
/// <remarks>
/// Thread-safe. Conservation: <c>taken = delivered + dropped + returned + held</c>, at every moment between two messages.
/// </remarks>
internal sealed class OutputMetrics(ComponentSeries series)
{
    public string Component => series.Component;

    /// <summary>Messages taken in, one for each peer.</summary>
    public Counter Taken { get; } = series.Get(MetricTable.OutputTaken);

    /// <summary>Envelopes sent, repeats included.</summary>
    public Counter Sent { get; } = series.Get(MetricTable.OutputSent);

    public Counter Resent { get; } = series.Get(MetricTable.OutputResent);

    /// <summary>Messages acked; with at_most_once: written.</summary>
    public Counter Delivered { get; } = series.Get(MetricTable.OutputDelivered);

    /// <summary>Messages given back to their stream.</summary>
    public Counter Returned { get; } = series.Get(MetricTable.OutputReturned);

    public Counter SlowReceived { get; } = series.Get(MetricTable.OutputSlowReceived);

    /// <summary>Acks and nacks of messages that are not in flight.</summary>
    public Counter UnknownAnswers { get; } = series.Get(MetricTable.OutputUnknownAnswers);

    /// <summary>Messages waiting and in flight.</summary>
    public Gauge Held { get; } = series.Get(MetricTable.OutputHeld);

    public Gauge InFlight { get; } = series.Get(MetricTable.OutputInFlight);

    /// <summary>Peers that messages are held for.</summary>
    public Gauge Peers { get; } = series.Get(MetricTable.OutputPeers);

    /// <summary>The lowest rate that a peer is held to; 0 also when none is.</summary>
    public RealGauge RateCap { get; } = series.Get(MetricTable.OutputRateCap);

    /// <summary>Faults of inputs at present.</summary>
    public Gauge InputsFailing { get; } = series.Get(MetricTable.OutputInputsFailing);

    public Counter Dropped(string reason) => series.Get(MetricTable.OutputDropped, reason);

    /// <param name="result"><c>confirmed</c>, <c>refused</c> or <c>unconfirmed</c>.</param>
    public Counter DeadLetters(string result) => series.Get(MetricTable.OutputDeadLetters, result);

    /// <param name="reason">One that the protocol knows; others are counted as other.</param>
    public Counter Nacked(string reason) => series.Get(MetricTable.OutputNacked, reason);

    /// <summary>Messages not delivered so far, by reason.</summary>
    public IReadOnlyDictionary<string, long> Drops() => series.Counts(MetricTable.OutputDropped);

    /// <summary>Nacks of peers so far, by reason.</summary>
    public IReadOnlyDictionary<string, long> Nacks() => series.Counts(MetricTable.OutputNacked);
}
