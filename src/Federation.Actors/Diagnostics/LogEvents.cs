using Microsoft.Extensions.Logging;
using LogLevel = Akka.Event.LogLevel;

namespace Federation.Actors.Diagnostics;

/// <summary>Every log event of a node. The table in config/OPERATIONS.md is checked against this one.</summary>
internal static class LogEvents
{
    private static readonly List<LoggedEvent> Table = [];

    public static readonly LoggedEvent AdminListening = Add(100, "admin_listening", LogLevel.InfoLevel, "the admin endpoint is listening");
    public static readonly LoggedEvent ComponentStopped = Add(
        101, "component_stopped", LogLevel.InfoLevel, "a component has stopped after a drain, or now runs on another node of the cluster");
    public static readonly LoggedEvent MessageFailed = Add(102, "message_failed", LogLevel.ErrorLevel,
        "the node failed to process a message; only this message is refused or dropped. This is a defect of the node: please report it");
    public static readonly LoggedEvent ComponentFailed = Add(
        103, "component_failed", LogLevel.ErrorLevel, "a component has failed; it restarts after a delay that grows with each failure");
    public static readonly LoggedEvent NodeStarting = Add(
        104, "node_starting", LogLevel.InfoLevel, "the node starts; the line contains its id, version, configuration file and ports");
    public static readonly LoggedEvent SettingWarned = Add(
        105, "setting_warned", LogLevel.WarningLevel, "a setting is valid but may be a mistake, as in `federation validate`");
    public static readonly LoggedEvent FileTakenOver = Add(
        110, "file_taken_over", LogLevel.InfoLevel, "the file of a certificate or secret has changed, and its new content is in use");
    public static readonly LoggedEvent FileUnusable = Add(111, "file_unusable", LogLevel.WarningLevel,
        "the file of a certificate or secret cannot be used; its previous content stays in use");
    public static readonly LoggedEvent DescriptorsShort = Add(112, "descriptors_short", LogLevel.WarningLevel,
        "the settings need more file descriptors than the process may open, or descriptors have almost run out");
    public static readonly LoggedEvent CertificateExpires = Add(113, "certificate_expires", LogLevel.WarningLevel,
        "a certificate that the node presents expires within 14 days, or has expired; logged once a day");
    public static readonly LoggedEvent CredentialsRevoked = Add(114, "credentials_revoked", LogLevel.WarningLevel,
        "the file of a peer's secret is deleted or empty, or peers were disconnected because their credentials are no longer valid or "
        + "their profiles have changed");
    public static readonly LoggedEvent CredentialsUnusable = Add(115, "credentials_unusable", LogLevel.ErrorLevel,
        "a file with peers' credentials cannot be used, so its changes have no effect; logged once a minute while this lasts");
    public static readonly LoggedEvent CredentialsUsable = Add(116, "credentials_usable", LogLevel.InfoLevel,
        "the files with credentials of peers can be used again");

    public static readonly LoggedEvent TraceExportFailed = Add(120, "trace_export_failed", LogLevel.WarningLevel,
        "spans were not exported; the line contains the reason; logged once a minute while the failure lasts");

    public static readonly LoggedEvent Listening = Add(200, "listening", LogLevel.InfoLevel, "a component accepts peers");
    public static readonly LoggedEvent PeerConnected = Add(201, "peer_connected", LogLevel.DebugLevel, "a peer has connected");
    public static readonly LoggedEvent PeerEnded = Add(202, "peer_ended", LogLevel.DebugLevel, "a peer's connection has ended");
    public static readonly LoggedEvent PeerSuperseded = Add(
        203, "peer_superseded", LogLevel.InfoLevel, "a peer has connected again; the new connection replaces the older one");
    public static readonly LoggedEvent PeerClosed = Add(
        204, "peer_closed", LogLevel.WarningLevel, "a peer's connection was closed because it violated the protocol or exceeded a limit");
    public static readonly LoggedEvent AnswersUnread = Add(
        205, "answers_unread", LogLevel.WarningLevel, "a peer's connection was closed because the peer does not read its answers");
    public static readonly LoggedEvent MalformedInput = Add(
        206, "malformed_input", LogLevel.WarningLevel, "a peer sent a malformed message, or an envelope of an unknown type");

    public static readonly LoggedEvent HandshakeMalformed = Add(211, "handshake_malformed", LogLevel.WarningLevel,
        "a request was refused with a status such as 400, 408 or 426, because it is not a complete WebSocket handshake");
    public static readonly LoggedEvent CredentialsRefused = Add(
        212, "credentials_refused", LogLevel.WarningLevel, "a handshake was refused with 401 or 429: its credentials are missing or wrong");
    public static readonly LoggedEvent HandshakeForbidden = Add(213, "handshake_forbidden", LogLevel.WarningLevel,
        "a handshake was refused with 403: its origin or the claimed name is not allowed");
    public static readonly LoggedEvent HandshakeDeferred = Add(214, "handshake_deferred", LogLevel.WarningLevel,
        "a handshake was refused with 503: there are too many connections or upgrades, or the component is draining");
    public static readonly LoggedEvent PermissionDenied = Add(215, "permission_denied", LogLevel.WarningLevel,
        "the profile of a peer does not permit an action of the peer; logged once for each connection and reason");

    public static readonly LoggedEvent Dialled = Add(220, "dialled", LogLevel.InfoLevel, "a component in client mode is connected");
    public static readonly LoggedEvent DialFailed = Add(
        221, "dial_failed", LogLevel.WarningLevel, "a server could not be reached, or its connection was lost; the component dials again");
    public static readonly LoggedEvent DialGivenUp = Add(
        222, "dial_given_up", LogLevel.ErrorLevel, "the component no longer dials its server, until an operator requests it");
    public static readonly LoggedEvent CertificateUnchecked = Add(
        223, "certificate_unchecked", LogLevel.WarningLevel, "the certificate of the server is not verified, as configured");

    public static readonly LoggedEvent BusConnected = Add(300, "bus_connected", LogLevel.InfoLevel, "the connection to NATS is open");
    public static readonly LoggedEvent BusUnreachable = Add(
        301, "bus_unreachable", LogLevel.WarningLevel, "NATS cannot be reached; messages are queued");
    public static readonly LoggedEvent BusLost = Add(
        302, "bus_lost", LogLevel.WarningLevel, "the connection to NATS was lost; messages are queued");
    public static readonly LoggedEvent BusNotice = Add(303, "bus_notice", LogLevel.WarningLevel, "NATS reports a problem");
    public static readonly LoggedEvent PublishDenied = Add(
        304, "publish_denied", LogLevel.ErrorLevel, "this node has no permission to publish to a subject");
    public static readonly LoggedEvent SubjectNotPermitted = Add(
        309, "subject_not_permitted", LogLevel.WarningLevel, "a peer's message was refused because the port does not permit its subject");

    public static readonly LoggedEvent PortFailed = Add(310, "port_failed", LogLevel.ErrorLevel,
        "a port does not work; the line contains the reason and a remedy; logged once a minute while the failure lasts");
    public static readonly LoggedEvent PortRecovered = Add(311, "port_recovered", LogLevel.InfoLevel, "a port works again");

    public static readonly LoggedEvent MessagesDropped = Add(
        320, "messages_dropped", LogLevel.WarningLevel, "messages were dropped; at once, and then every 10 s while it goes on");

    public static readonly LoggedEvent QueueRestarted = Add(
        400, "queue_restarted", LogLevel.WarningLevel, "a queue has failed and continues with its messages");
    public static readonly LoggedEvent UpstreamSlowed = Add(
        410, "upstream_slowed", LogLevel.InfoLevel, "the queue is filling; the node requests a lower rate from peers");
    public static readonly LoggedEvent UpstreamLifted = Add(
        411, "upstream_lifted", LogLevel.InfoLevel, "the queue is empty; peers may send at any rate again");

    public static readonly LoggedEvent SendingNotice = Add(
        500, "sending_notice", LogLevel.WarningLevel, "the source of a component's messages reports a problem");
    public static readonly LoggedEvent DeliveryRestarted = Add(
        501, "delivery_restarted", LogLevel.WarningLevel, "the delivery to a peer has failed and continues with its messages");
    public static readonly LoggedEvent MessagesSkipped = Add(
        502, "messages_skipped", LogLevel.WarningLevel, "the limits of a stream have removed messages before they were sent to a peer");

    public static readonly LoggedEvent ControlNotice = Add(
        600, "control_notice", LogLevel.WarningLevel, "the control port reports a problem");
    public static readonly LoggedEvent MethodUnanswered = Add(
        601, "method_unanswered", LogLevel.InfoLevel, "a peer does not answer a method, and gets no further requests for it on this "
            + "connection");

    public static readonly LoggedEvent ComponentTaken = Add(
        700, "component_taken", LogLevel.InfoLevel, "a component shared by the cluster now runs on this node");
    public static readonly LoggedEvent ComponentMoved = Add(701, "component_moved", LogLevel.WarningLevel,
        "a component has moved to another node and left messages unanswered; their senders resend them");
    public static readonly LoggedEvent ComponentUnknown = Add(
        702, "component_unknown", LogLevel.WarningLevel, "the cluster has assigned this node a component that is not in its settings");
    public static readonly LoggedEvent NodeIsolated = Add(
        703, "node_isolated", LogLevel.ErrorLevel, "the cluster continues without this node, and the node stops");
    public static readonly LoggedEvent NodeWaits = Add(
        704, "node_waits", LogLevel.WarningLevel, "a new cluster has too few nodes to dial, and waits for more");
    public static readonly LoggedEvent NodeRefused = Add(
        705, "node_refused", LogLevel.WarningLevel, "a node was refused because it does not have a certificate that the cluster trusts");

    public static IReadOnlyList<LoggedEvent> All => Table;

    private static LoggedEvent Add(int number, string name, LogLevel level, string meaning)
    {
        var added = new LoggedEvent(number, name, level, meaning);
        Table.Add(added);
        return added;
    }
}

/// <param name="Number">Never changes its meaning.</param>
internal sealed record LoggedEvent(int Number, string Name, LogLevel Level, string Meaning)
{
    public EventId Id => new(Number, Name);
}
