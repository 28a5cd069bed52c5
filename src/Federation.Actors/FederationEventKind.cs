namespace Federation.Actors;

/// <summary>The kind of a <see cref="FederationEvent"/>.</summary>
public enum FederationEventKind
{
    /// <summary>A server-mode component accepts peers.</summary>
    Listening,

    /// <summary>A peer has connected, or a component has connected to its server.</summary>
    PeerConnected,

    /// <summary>A peer's connection has ended.</summary>
    PeerDisconnected,

    /// <summary>A peer has connected again, and its older connection was closed.</summary>
    PeerSuperseded,

    /// <summary>A client-mode component could not reach its server, and dials again.</summary>
    DialFailed,

    /// <summary>A client-mode component no longer dials until an operator requests it.</summary>
    GivenUp,

    /// <summary>A component has lost its connection to NATS, or could not connect.</summary>
    NatsLost,

    /// <summary>A component has connected to NATS.</summary>
    NatsConnected,

    /// <summary>A queue has exceeded its upper mark, and the node sends <c>slow</c> to peers.</summary>
    SlowBegan,

    /// <summary>A queue has fallen below its lower mark.</summary>
    SlowEnded,

    /// <summary>Messages were dropped. Published at the first drop, then every 10 s with the number of messages since the previous
    /// event.</summary>
    MessagesDropped,

    /// <summary>A component is draining: it accepts no connections, and answers its queued messages.</summary>
    Draining,

    /// <summary>A component has stopped, or has failed and restarts.</summary>
    Stopped,

    /// <summary>A port does not work, for all peers or for one: a missing stream, a refused subscription, a consumer that cannot be
    /// opened.</summary>
    PortFailed,

    /// <summary>A port works again.</summary>
    PortRecovered,

    /// <summary>A handshake was refused; the text contains the address, the claimed name and the reason. Published no more than once a
    /// second; the metrics count all refusals.</summary>
    HandshakeRefused,

    /// <summary>A certificate that the node presents expires within 14 days, or has expired. Published once a day for each
    /// file.</summary>
    CertificateExpires,

    /// <summary>A file with credentials of peers cannot be used, so its previous content stays in use; the text has the reason. Once a
    /// minute while it lasts.</summary>
    CredentialsUnusable,

    /// <summary>The profile of a peer does not permit what the peer did. Once for each connection and reason; the metric
    /// <c>permission_denials_total</c> counts all.</summary>
    PermissionDenied,
}
