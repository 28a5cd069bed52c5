using System.Globalization;
using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

/// <summary>The numbers of one component, for views and for decisions.</summary>
/// <remarks>Thread-safe; an increment allocates nothing. Several instances for one component share its numbers.</remarks>
internal sealed class ComponentMetrics(ComponentSeries series)
{
    private readonly Counter[] _received = [
        .. Enum.GetValues<EnvelopeType>().Select(type => series.Get(MetricTable.Received, EnvelopeTypes.Name(type)))];
    private readonly Counter[] _dropped = [.. NackReasons.All.Select(reason => series.Get(MetricTable.Dropped, NackReasons.Name(reason)))];
    private readonly Counter[] _nacksSent = [
        .. NackReasons.All.Select(reason => series.Get(MetricTable.NacksSent, NackReasons.Name(reason)))];

    private readonly Counter[] _denials = [
        .. Enum.GetNames<DenialReason>().Select(reason => series.Get(MetricTable.Denials, reason.ToLowerInvariant()))];

    public ComponentMetrics(FederationMetrics node, string component)
        : this(node.Of(component))
    {
    }

    public string Component => series.Component;

    /// <summary>Exported only once used.</summary>
    public OutputMetrics Output => field ??= new OutputMetrics(series);

    public Counter PublishRetries { get; } = series.Get(MetricTable.PublishRetries);

    public Gauge ConnectionsActive { get; } = series.Get(MetricTable.ConnectionsActive);

    public Counter ConnectionsRevoked { get; } = series.Get(MetricTable.ConnectionsRevoked);

    public Gauge CredentialFilesFailing { get; } = series.Get(MetricTable.CredentialFilesFailing);

    public Counter ConnectionsTotal { get; } = series.Get(MetricTable.ConnectionsTotal);

    public Counter ReconnectAttempts { get; } = series.Get(MetricTable.ReconnectAttempts);

    public Gauge QueueDepth { get; } = series.Get(MetricTable.QueueDepth);

    public Gauge QueueBytes { get; } = series.Get(MetricTable.QueueBytes);

    public RealGauge QueueUtilization { get; } = series.Get(MetricTable.QueueUtilization);

    public Counter BytesReceived { get; } = series.Get(MetricTable.BytesReceived);

    public Counter BytesSent { get; } = series.Get(MetricTable.BytesSent);

    public Counter AcksSent { get; } = series.Get(MetricTable.AcksSent);

    public Gauge InFlight { get; } = series.Get(MetricTable.InFlight);

    public Histogram AckDuration { get; } = series.Get(MetricTable.AckDuration);

    public Gauge Healthy { get; } = series.Get(MetricTable.Healthy);

    public Gauge Ready { get; } = series.Get(MetricTable.Ready);

    public Counter SlowSent { get; } = series.Get(MetricTable.SlowSent);

    public Counter RequestTimeouts { get; } = series.Get(MetricTable.RequestTimeouts);

    public Gauge NatsConnected { get; } = series.Get(MetricTable.NatsConnected);

    public Gauge PublishFailing { get; } = series.Get(MetricTable.PublishFailing);

    public Gauge ControlFailing { get; } = series.Get(MetricTable.ControlFailing);

    public Counter HandshakesRefused(int status) =>
        series.Get(MetricTable.HandshakesRefused, status.ToString(CultureInfo.InvariantCulture));

    public Counter RequestsSent(string method) => series.Get(MetricTable.RequestsSent, method);

    public Counter RepliesReceived(string status) => series.Get(MetricTable.RepliesReceived, status);

    public Histogram RequestDuration(string method) => series.Get(MetricTable.RequestDuration, method);

    public Gauge ConnectionState(string state) => series.Get(MetricTable.ConnectionState, state);

    public Counter Received(EnvelopeType type) => _received[(int)type];

    public Counter Published(string subject) => series.Get(MetricTable.Published, subject);

    public Counter Dropped(NackReason reason) => _dropped[(int)reason];

    public Counter NacksSent(NackReason reason) => _nacksSent[(int)reason];

    public Counter Denials(DenialReason reason) => _denials[(int)reason];

    public Counter Errors(string type) => series.Get(MetricTable.Errors, type);

    public IReadOnlyDictionary<string, long> Drops() => series.Counts(MetricTable.Dropped);

    public IReadOnlyDictionary<string, long> Nacks() => series.Counts(MetricTable.NacksSent);

    /// <summary>Resets the gauges of a restarted component. Messages that its predecessor left unanswered are counted: their peers repeat
    /// them.</summary>
    public void Restart()
    {
        if (InFlight.Value is > 0 and var unanswered)
        {
            Errors(ErrorTypes.Unanswered).Inc(unanswered);
        }

        Array.ForEach([InFlight, QueueDepth, QueueBytes, ConnectionsActive], static gauge => gauge.Set(0));
        QueueUtilization.Set(0);
    }
}
