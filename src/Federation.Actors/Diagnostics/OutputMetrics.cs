using Prometheus;

namespace Federation.Actors.Diagnostics;

/// <summary>One component's view of the instruments of the sending side, with the <c>component</c> label filled in once.</summary>
/// <remarks>Thread-safe. Conservation: <c>taken = delivered + dropped + returned + held</c>, at every moment between two messages.</remarks>
internal sealed class OutputMetrics(FederationMetrics node, string component)
{
    /// <summary>The component's name.</summary>
    public string Component { get; } = component;

    /// <summary>Messages taken in, one for each peer.</summary>
    public Counter.Child Taken { get; } = node.OutputTaken.WithLabels(component);

    /// <summary>Envelopes sent, repeats included.</summary>
    public Counter.Child Sent { get; } = node.OutputSent.WithLabels(component);

    /// <summary>Envelopes sent again.</summary>
    public Counter.Child Resent { get; } = node.OutputResent.WithLabels(component);

    /// <summary>Messages acked; at most once: written.</summary>
    public Counter.Child Delivered { get; } = node.OutputDelivered.WithLabels(component);

    /// <summary>Messages given back to their stream.</summary>
    public Counter.Child Returned { get; } = node.OutputReturned.WithLabels(component);

    /// <summary>Slow signals received.</summary>
    public Counter.Child SlowReceived { get; } = node.OutputSlowReceived.WithLabels(component);

    /// <summary>Acks and nacks of what is not on its way.</summary>
    public Counter.Child UnknownAnswers { get; } = node.OutputUnknownAnswers.WithLabels(component);

    /// <summary>Messages held: waiting and on their way.</summary>
    public Gauge.Child Held { get; } = node.OutputHeld.WithLabels(component);

    /// <summary>Messages on their way.</summary>
    public Gauge.Child InFlight { get; } = node.OutputInFlight.WithLabels(component);

    /// <summary>Peers that messages are held for.</summary>
    public Gauge.Child Peers { get; } = node.OutputPeers.WithLabels(component);

    /// <summary>The lowest rate that a peer is held to; 0 also when none is.</summary>
    public Gauge.Child RateCap { get; } = node.OutputRateCap.WithLabels(component);

    /// <summary>Faults of inputs at present.</summary>
    public Gauge.Child InputsFailing { get; } = node.OutputInputsFailing.WithLabels(component);

    /// <summary>Messages not delivered so far, by reason; without those that have never happened.</summary>
    public IReadOnlyDictionary<string, long> Drops() => ByReason(node.OutputDropped);

    /// <summary>Nacks of peers so far, likewise.</summary>
    public IReadOnlyDictionary<string, long> Nacks() => ByReason(node.OutputNacked);

    /// <param name="reason">One of the reasons of the sending side.</param>
    public Counter.Child Dropped(string reason) => node.OutputDropped.WithLabels(Component, reason);

    /// <param name="result">What became of them: <c>confirmed</c>, <c>refused</c> or <c>unconfirmed</c>.</param>
    public Counter.Child DeadLetters(string result) => node.OutputDeadLetters.WithLabels(Component, result);

    /// <param name="reason">One that the protocol knows; others are counted as other.</param>
    public Counter.Child Nacked(string reason) => node.OutputNacked.WithLabels(Component, reason);

    private Dictionary<string, long> ByReason(Counter counter) =>
        counter.GetAllLabelValues().Where(labels => string.Equals(labels[0], Component, StringComparison.Ordinal))
            .Select(labels => (Reason: labels[1], Count: (long)counter.WithLabels(labels).Value))
            .Where(static reason => reason.Count > 0)
            .ToDictionary(static reason => reason.Reason, static reason => reason.Count, StringComparer.Ordinal);
}
