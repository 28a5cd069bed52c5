namespace Federation.Actors.Diagnostics;

/// <summary>Every metric of a node, in the order of the export.</summary>
internal static class MetricTable
{
    private static readonly List<Metric> Table = [];

    public static readonly Metric<Counter> Received = Input<Counter>("messages_received_total", "Envelopes received, by type.", "type");
    public static readonly Metric<Counter> Published = Input<Counter>(
        "messages_published_total", "Messages that the bus has confirmed, by subject.", "subject");
    public static readonly Metric<Counter> PublishRetries = Input<Counter>(
        "publish_retries_total", "Messages published again because JetStream temporarily could not store them.");
    public static readonly Metric<Counter> Dropped = Input<Counter>(
        "messages_dropped_total", "Messages not published, by reason; each with an id was nacked.", "reason");
    public static readonly Metric<Gauge> ConnectionsActive = Input<Gauge>("connections_active", "Open WebSocket connections.");
    public static readonly Metric<Counter> ConnectionsTotal = Input<Counter>(
        "connections_total", "WebSocket connections opened since the start.");
    public static readonly Metric<Counter> HandshakesRefused = Input<Counter>(
        "handshakes_refused_total", "Handshakes that did not become a connection, by HTTP status.", "status");
    public static readonly Metric<Counter> ConnectionsRevoked = Input<Counter>(
        "connections_revoked_total", "Connections closed because the peer's credential is no longer valid, or its profile has changed.");
    public static readonly Metric<Counter> Denials = Input<Counter>(
        "permission_denials_total", "Actions of peers that their profiles do not permit, by reason.", "reason");
    public static readonly Metric<Gauge> CredentialFilesFailing = Input<Gauge>(
        "credential_files_failing", "Files with peers' credentials that currently cannot be used; the log contains the reasons.");
    public static readonly Metric<Counter> ReconnectAttempts = Input<Counter>(
        "reconnect_attempts_total", "Dials after a connection was lost or could not be opened.");
    public static readonly Metric<Gauge> ConnectionState = Input<Gauge>(
        "connection_state", "1 for the current state of a dialled connection, 0 for the others.", "state");
    public static readonly Metric<Gauge> QueueDepth = Input<Gauge>(
        "queue_depth", "Messages in the queue: waiting, or in flight to the bus.");
    public static readonly Metric<Gauge> QueueBytes = Input<Gauge>("queue_bytes", "Bytes in the queue: waiting, or in flight to the bus.");
    public static readonly Metric<RealGauge> QueueUtilization =
        Input<RealGauge>(
            "queue_utilization", "Share of queue_size or queue_bytes in use, whichever is larger; 0 to 1.");

    public static readonly Metric<Counter> BytesReceived = Input<Counter>(
        "bytes_received_total", "Bytes of received WebSocket messages, uncompressed and without frame headers.");
    public static readonly Metric<Counter> BytesSent = Input<Counter>(
        "bytes_sent_total", "Bytes of sent WebSocket messages including answers, uncompressed and without frame headers.");

    public static readonly Metric<Counter> Errors = Input<Counter>("errors_total", "Errors, by type.", "type");
    public static readonly Metric<Counter> AcksSent = Input<Counter>("acks_sent_total", "Messages answered with ack.");
    public static readonly Metric<Counter> NacksSent = Input<Counter>(
        "nacks_sent_total", "Messages answered with nack, by reason.", "reason");
    public static readonly Metric<Gauge> InFlight = Input<Gauge>("in_flight", "Data messages with an id and without an answer yet.");
    public static readonly Metric<Histogram> AckDuration = Input<Histogram>(
        "ack_duration_seconds", "Time from a message's arrival at the queue to its ack.");
    public static readonly Metric<Gauge> Healthy = Input<Gauge>(
        "healthy", "1 while the component is healthy as in /health, otherwise 0.");
    public static readonly Metric<Gauge> Ready = Input<Gauge>("ready", "1 while the component is ready as in /ready, otherwise 0.");
    public static readonly Metric<Counter> SlowSent = Input<Counter>(
        "slow_sent_total", "Slow signals sent, one per connection and signal.");
    public static readonly Metric<Counter> RequestsSent = Input<Counter>(
        "requests_sent_total", "Requests sent to peers, by method; methods that are not built in are other.", "method");
    public static readonly Metric<Counter> RepliesReceived =
        Input<Counter>(
            "replies_received_total", "Replies from peers: ok, error, late (after its request ended), unknown (no request).", "status");

    public static readonly Metric<Counter> RequestTimeouts = Input<Counter>(
        "request_timeouts_total", "Requests to peers without a reply in time.");
    public static readonly Metric<Histogram> RequestDuration = Input<Histogram>(
        "request_duration_seconds", "Time from a request to its reply.", "method");

    public static readonly Metric<Counter> OutputTaken = Output<Counter>(
        "messages_taken_total", "Messages received from the bus to be sent, counted once per peer.");
    public static readonly Metric<Counter> OutputHeadersUnreadable = Output<Counter>(
        "headers_unreadable_total", "Messages sent without NATS headers that cannot be parsed.");
    public static readonly Metric<Counter> OutputSent = Output<Counter>(
        "messages_sent_total", "Data envelopes sent, including resent ones.");
    public static readonly Metric<Counter> OutputResent = Output<Counter>("messages_resent_total", "Data envelopes resent.");
    public static readonly Metric<Counter> OutputDelivered = Output<Counter>(
        "messages_delivered_total", "Messages that the peer has acked; with at_most_once, messages written to its connection.");
    public static readonly Metric<Counter> OutputReturned = Output<Counter>(
        "messages_returned_total", "Messages returned to their stream, because the peer disconnected or the node stops.");
    public static readonly Metric<Counter> OutputDropped = Output<Counter>(
        "messages_dropped_total", "Messages not delivered, by reason.", "reason");
    public static readonly Metric<Counter> OutputDeadLetters = Output<Counter>(
        "dead_letters_total", "Dead letters published, by the answer of NATS: confirmed, refused or unconfirmed.", "result");
    public static readonly Metric<Counter> OutputNacked = Output<Counter>(
        "nacks_received_total", "Nacks received from peers, by reason.", "reason");
    public static readonly Metric<Counter> OutputSlowReceived = Output<Counter>("slow_received_total", "Slow signals received from peers.");
    public static readonly Metric<Counter> OutputUnknownAnswers = Output<Counter>(
        "unknown_answers_total", "Acks and nacks for messages that are already answered or were never sent.");
    public static readonly Metric<Gauge> OutputHeld = Output<Gauge>("messages_held", "Messages that are queued or in flight.");
    public static readonly Metric<Gauge> OutputInFlight = Output<Gauge>("window_depth", "Messages in flight: sent but not answered.");
    public static readonly Metric<RealGauge> OutputUnackedAge = Output<RealGauge>(
        "unacked_age_seconds", "Time since the oldest message in flight was first sent on its connection; 0: none in flight.");
    public static readonly Metric<Gauge> OutputPeers = Output<Gauge>("peers", "Peers with sent or queued messages.");
    public static readonly Metric<RealGauge> OutputRateCap = Output<RealGauge>(
        "rate_cap", "Lowest rate limit of a peer, in messages per second; 0: no limit.");
    public static readonly Metric<Gauge> OutputInputsFailing =
        Output<Gauge>(
            "inputs_failing", "Failing inputs, and peers for which an input fails; /health shows the reasons.");

    public static readonly Metric<Gauge> ControlFailing = Input<Gauge>(
        "control_failing", "Current faults of the port ws_control; /health shows the reasons.");
    public static readonly Metric<Gauge> PublishFailing = Input<Gauge>(
        "publish_failing", "1 while the bus refuses messages of the component, otherwise 0; /health shows the reason.");
    public static readonly Metric<Gauge> NatsConnected = Input<Gauge>(
        "nats_connected", "1 while the connection to NATS is open, otherwise 0.");

    public static readonly Metric<Gauge> BuildInfo = Node<Gauge>(
        "build_info", "Always 1; the labels contain the information.", "version,commit,runtime");
    public static readonly Metric<Gauge> ClusterMembers = Node<Gauge>(
        "cluster_members", "Reachable and unreachable members of the cluster, as this node sees them.", "reachable");
    public static readonly Metric<RealGauge> CertificateExpiry = Node<RealGauge>(
        "certificate_expiry_seconds", "Time until the earliest expiry of a certificate in a file; negative after expiry.", "file");

    public static IReadOnlyList<Metric> All => Table;

    private static Metric<T> Input<T>(string name, string help, string? label = null) => Add<T>("websocket_input_" + name, help, label);

    private static Metric<T> Output<T>(string name, string help, string? label = null) => Add<T>("websocket_output_" + name, help, label);

    private static Metric<T> Node<T>(string name, string help, string label) => Add<T>(Metric.NodePrefix + name, help, label);

    private static Metric<T> Add<T>(string name, string help, string? label)
    {
        var metric = new Metric<T>(Table.Count, name, help, label);
        Table.Add(metric);
        return metric;
    }
}

/// <param name="Label">The label beside <c>component</c>, or several with commas between them; null: none.</param>
internal abstract record Metric(int Index, string Name, string Help, string? Label)
{
    /// <summary>Of metrics of the node as a whole, which have no label <c>component</c>.</summary>
    internal const string NodePrefix = "federation_";

    private readonly string[] _labels = Label?.Split(',') ?? [];

    private bool IsOfNode => Name.StartsWith(NodePrefix, StringComparison.Ordinal);

    /// <summary>Names of all labels.</summary>
    public string[] Names => IsOfNode ? _labels : ["component", .. _labels];

    /// <summary>The values of a series, in the order of <see cref="Names"/>.</summary>
    public string[] Values(ComponentSeries component, Series series)
    {
        string[] own = _labels.Length switch { 0 => [], 1 => [series.Label], _ => series.Label.Split(',') };
        return IsOfNode ? own : [component.Component, .. own];
    }
}

internal sealed record Metric<T>(int Index, string Name, string Help, string? Label) : Metric(Index, Name, Help, Label);
