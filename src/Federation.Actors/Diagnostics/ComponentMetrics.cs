using System.Globalization;
using Federation.Actors.Protocol;
using Prometheus;

namespace Federation.Actors.Diagnostics;

/// <summary>One component's view of the node's instruments, with the <c>component</c> label filled in once.</summary>
/// <remarks>Thread-safe; an increment allocates nothing.</remarks>
internal sealed class ComponentMetrics
{
    private readonly FederationMetrics _node;
    private OutputMetrics? _output;
    private readonly Counter.Child[] _received;
    private readonly Counter.Child[] _dropped;
    private readonly Counter.Child[] _nacksSent;

    public ComponentMetrics(FederationMetrics node, string component)
    {
        _node = node;
        Component = component;
        _received = [.. Enum.GetValues<EnvelopeType>().Select(type => node.Received.WithLabels(component, EnvelopeTypes.Name(type)))];
        _dropped = [.. NackReasons.All.Select(reason => node.Dropped.WithLabels(component, NackReasons.Name(reason)))];
        _nacksSent = [.. NackReasons.All.Select(reason => node.NacksSent.WithLabels(component, NackReasons.Name(reason)))];
        PublishRetries = node.PublishRetries.WithLabels(component);
        ConnectionsActive = node.ConnectionsActive.WithLabels(component);
        ConnectionsTotal = node.ConnectionsTotal.WithLabels(component);
        ReconnectAttempts = node.ReconnectAttempts.WithLabels(component);
        QueueDepth = node.QueueDepth.WithLabels(component);
        QueueBytes = node.QueueBytes.WithLabels(component);
        QueueUtilization = node.QueueUtilization.WithLabels(component);
        AcksSent = node.AcksSent.WithLabels(component);
        InFlight = node.InFlight.WithLabels(component);
        AckDuration = node.AckDuration.WithLabels(component);
        Healthy = node.Healthy.WithLabels(component);
        Ready = node.Ready.WithLabels(component);
        SlowSent = node.SlowSent.WithLabels(component);
        RequestTimeouts = node.RequestTimeouts.WithLabels(component);
        NatsConnected = node.NatsConnected.WithLabels(component);
        ControlFailing = node.ControlFailing.WithLabels(component);
        PublishFailing = node.PublishFailing.WithLabels(component);
    }

    /// <summary>The component's name.</summary>
    public string Component { get; }

    public Counter.Child PublishRetries { get; }

    /// <summary>Those of the sending side; a component that never asks for them has none.</summary>
    public OutputMetrics Output => _output ??= new OutputMetrics(_node, Component);

    public Gauge.Child ConnectionsActive { get; }

    public Counter.Child ConnectionsTotal { get; }

    public Counter.Child ReconnectAttempts { get; }

    public Gauge.Child QueueDepth { get; }

    public Gauge.Child QueueBytes { get; }

    public Gauge.Child QueueUtilization { get; }

    public Counter.Child AcksSent { get; }

    public Gauge.Child InFlight { get; }

    public Histogram.Child AckDuration { get; }

    public Gauge.Child Healthy { get; }

    public Gauge.Child Ready { get; }

    public Counter.Child SlowSent { get; }

    public Counter.Child RequestTimeouts { get; }

    public Gauge.Child NatsConnected { get; }

    /// <summary>Faults of the port <c>ws_data</c> at present.</summary>
    public Gauge.Child PublishFailing { get; }

    /// <summary>Faults of the control port at present.</summary>
    public Gauge.Child ControlFailing { get; }

    /// <param name="status">HTTP status of the answer.</param>
    public Counter.Child HandshakesRefused(int status) => _node.HandshakesRefused.WithLabels(Component, status.ToString(CultureInfo.InvariantCulture));

    public Counter.Child RequestsSent(string method) => _node.RequestsSent.WithLabels(Component, method);

    /// <param name="status">One of <see cref="ReplyStatuses"/>.</param>
    public Counter.Child RepliesReceived(string status) => _node.RepliesReceived.WithLabels(Component, status);

    public Histogram.Child RequestDuration(string method) => _node.RequestDuration.WithLabels(Component, method);

    /// <param name="state">A name of a state, in lower case.</param>
    public Gauge.Child ConnectionState(string state) => _node.ConnectionState.WithLabels(Component, state);

    /// <summary>Messages not published so far, by reason; without those that have never happened.</summary>
    public IReadOnlyDictionary<string, long> Drops() => ByReason(_dropped);

    /// <summary>Messages answered with nack so far, likewise.</summary>
    public IReadOnlyDictionary<string, long> Nacks() => ByReason(_nacksSent);

    public Counter.Child Received(EnvelopeType type) => _received[(int)type];

    public Counter.Child Published(string subject) => _node.Published.WithLabels(Component, subject);

    public Counter.Child Dropped(NackReason reason) => _dropped[(int)reason];

    public Counter.Child NacksSent(NackReason reason) => _nacksSent[(int)reason];

    /// <summary>The component begins with nothing. What one before it has left unanswered is counted as that: its peers send it again.</summary>
    public void Restart()
    {
        if (InFlight.Value is > 0 and var unanswered)
        {
            Errors(ErrorTypes.Unanswered).Inc(unanswered);
        }

        Array.ForEach([InFlight, QueueDepth, QueueBytes, QueueUtilization, ConnectionsActive], static gauge => gauge.Set(0));
    }

    private static Dictionary<string, long> ByReason(Counter.Child[] counters) =>
        NackReasons.All.Where(reason => counters[(int)reason].Value > 0)
            .ToDictionary(NackReasons.Name, reason => (long)counters[(int)reason].Value, StringComparer.Ordinal);

    /// <param name="type">One of <see cref="ErrorTypes"/>.</param>
    public Counter.Child Errors(string type) => _node.Errors.WithLabels(Component, type);
}
