using Prometheus;

namespace Federation.Actors;

/// <summary>The node's Prometheus instruments. One per node: nothing is static, so two nodes may live in one process.</summary>
/// <remarks>Thread-safe. Names and labels are those of the seed's WebSocket Input component, so that deployed dashboards keep working.</remarks>
public sealed class FederationMetrics
{
    /// <param name="prefix">Put in front of every name, for example <c>semstreams_</c>; empty by default.</param>
    public FederationMetrics(string prefix = "")
    {
        Registry = Metrics.NewCustomRegistry();
        var factory = Metrics.WithCustomRegistry(Registry);
        var input = prefix + "websocket_input_";
        Received = factory.CreateCounter(input + "messages_received_total", "Envelopes received, by type.", "component", "type");
        Published = factory.CreateCounter(input + "messages_published_total", "Messages the bus has confirmed, by subject.", "component", "subject");
        PublishRetries = factory.CreateCounter(
            input + "publish_retries_total", "Messages written to the bus again because JetStream did not take them just now.", "component");
        Dropped = factory.CreateCounter(input + "messages_dropped_total", "Messages not published, by reason; each with an id was nacked.", "component", "reason");
        ConnectionsActive = factory.CreateGauge(input + "connections_active", "Open WebSocket connections.", "component");
        ConnectionsTotal = factory.CreateCounter(input + "connections_total", "WebSocket connections opened since the start.", "component");
        HandshakesRefused = factory.CreateCounter(input + "handshakes_refused_total", "Handshakes that did not become a connection, by HTTP status.", "component", "status");
        ReconnectAttempts = factory.CreateCounter(input + "reconnect_attempts_total", "Dials after a connection was lost or could not be made.", "component");
        ConnectionState = factory.CreateGauge(input + "connection_state", "1 for the state that a dialled connection is in, 0 for the others.", "component", "state");
        QueueDepth = factory.CreateGauge(input + "queue_depth", "Messages held: waiting and in flight to the bus.", "component");
        QueueBytes = factory.CreateGauge(input + "queue_bytes", "Bytes held: waiting and in flight to the bus.", "component");
        QueueUtilization = factory.CreateGauge(input + "queue_utilization", "Held messages as a share of queue_size or of queue_bytes, whichever is larger; 0 to 1.", "component");
        Errors = factory.CreateCounter(input + "errors_total", "Errors, by type.", "component", "type");
        AcksSent = factory.CreateCounter(input + "acks_sent_total", "Messages answered with ack.", "component");
        NacksSent = factory.CreateCounter(input + "nacks_sent_total", "Messages answered with nack, by reason.", "component", "reason");
        InFlight = factory.CreateGauge(input + "in_flight", "Data messages with an id that are not answered yet.", "component");
        AckDuration = factory.CreateHistogram(
            input + "ack_duration_seconds", "Time from a message's arrival at the queue to its ack.", ["component"],
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.0005, 2, 16) });
        Healthy = factory.CreateGauge(input + "healthy", "1 while the component is healthy, as /health says, otherwise 0.", "component");
        Ready = factory.CreateGauge(input + "ready", "1 while the component is ready, as /ready says, otherwise 0.", "component");
        SlowSent = factory.CreateCounter(input + "slow_sent_total", "Slow signals sent, one per connection and signal.", "component");
        RequestsSent = factory.CreateCounter(input + "requests_sent_total", "Requests sent to peers, by method; methods that are not built in are other.", "component", "method");
        RepliesReceived = factory.CreateCounter(input + "replies_received_total", "Replies from peers: ok, error, late (of a request that is over), unknown (of none).", "component", "status");
        RequestTimeouts = factory.CreateCounter(input + "request_timeouts_total", "Requests to peers that had no reply in time.", "component");
        RequestDuration = factory.CreateHistogram(
            input + "request_duration_seconds", "Time from a request to its reply.", ["component", "method"],
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.0005, 2, 16) });
        var output = prefix + "websocket_output_";
        OutputTaken = factory.CreateCounter(output + "messages_taken_total", "Messages taken from the bus to be sent, one for each peer.", "component");
        OutputSent = factory.CreateCounter(output + "messages_sent_total", "Data envelopes sent, repeats included.", "component");
        OutputResent = factory.CreateCounter(output + "messages_resent_total", "Data envelopes sent again.", "component");
        OutputDelivered = factory.CreateCounter(output + "messages_delivered_total", "Messages that the peer has acked; with at_most_once, that were written to it.", "component");
        OutputReturned = factory.CreateCounter(output + "messages_returned_total", "Messages given back to their stream, because the peer is gone or the node stops.", "component");
        OutputDropped = factory.CreateCounter(output + "messages_dropped_total", "Messages not delivered, by reason.", "component", "reason");
        OutputDeadLetters = factory.CreateCounter(output + "dead_letters_total", "Dead letters published, by whether NATS has confirmed them.", "component", "result");
        OutputNacked = factory.CreateCounter(output + "nacks_received_total", "Nacks of peers, by reason.", "component", "reason");
        OutputSlowReceived = factory.CreateCounter(output + "slow_received_total", "Slow signals of peers.", "component");
        OutputUnknownAnswers = factory.CreateCounter(output + "unknown_answers_total", "Acks and nacks of messages that are answered already or were never sent.", "component");
        OutputHeld = factory.CreateGauge(output + "messages_held", "Messages that wait or are on their way.", "component");
        OutputInFlight = factory.CreateGauge(output + "window_depth", "Messages on their way: sent and not answered.", "component");
        OutputPeers = factory.CreateGauge(output + "peers", "Peers that messages are sent to or held for.", "component");
        OutputRateCap = factory.CreateGauge(output + "rate_cap", "Lowest rate in messages a second that a peer is held to; 0: none is.", "component");
        OutputInputsFailing = factory.CreateGauge(
            output + "inputs_failing", "Inputs that give out nothing, and peers that an input gives out nothing for; /health has the reasons.", "component");
        ControlFailing = factory.CreateGauge(input + "control_failing", "Faults of the port ws_control at present; /health has the reasons.", "component");
        PublishFailing = factory.CreateGauge(
            input + "publish_failing", "1 while the bus refuses messages of the component, otherwise 0; /health has the reason.", "component");
        NatsConnected = factory.CreateGauge(input + "nats_connected", "1 while the connection to NATS is open, otherwise 0.", "component");
    }

    /// <summary>The registry that holds this node's instruments, for an exporter.</summary>
    public CollectorRegistry Registry { get; }

    internal Counter Received { get; }

    internal Counter Published { get; }

    internal Counter PublishRetries { get; }

    internal Counter Dropped { get; }

    internal Gauge ConnectionsActive { get; }

    internal Counter ConnectionsTotal { get; }

    internal Counter HandshakesRefused { get; }

    internal Counter ReconnectAttempts { get; }

    internal Gauge ConnectionState { get; }

    internal Gauge QueueDepth { get; }

    internal Gauge QueueBytes { get; }

    internal Gauge QueueUtilization { get; }

    internal Counter Errors { get; }

    internal Counter AcksSent { get; }

    internal Counter NacksSent { get; }

    internal Gauge InFlight { get; }

    internal Histogram AckDuration { get; }

    internal Gauge Healthy { get; }

    internal Gauge Ready { get; }

    internal Counter SlowSent { get; }

    internal Counter RequestsSent { get; }

    internal Counter RepliesReceived { get; }

    internal Counter RequestTimeouts { get; }

    internal Histogram RequestDuration { get; }

    internal Counter OutputTaken { get; }

    internal Counter OutputSent { get; }

    internal Counter OutputResent { get; }

    internal Counter OutputDelivered { get; }

    internal Counter OutputReturned { get; }

    internal Counter OutputDropped { get; }

    internal Counter OutputNacked { get; }

    internal Counter OutputSlowReceived { get; }

    internal Counter OutputUnknownAnswers { get; }

    internal Counter OutputDeadLetters { get; }

    internal Gauge OutputHeld { get; }

    internal Gauge OutputInFlight { get; }

    internal Gauge OutputPeers { get; }

    internal Gauge OutputRateCap { get; }

    internal Gauge OutputInputsFailing { get; }

    internal Gauge ControlFailing { get; }

    internal Gauge PublishFailing { get; }

    internal Gauge NatsConnected { get; }
}
