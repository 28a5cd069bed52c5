namespace Federation.Actors;

/// <summary>What a <see cref="FederationEvent"/> is about.</summary>
public enum FederationEventKind
{
    /// <summary>A server-mode component accepts peers.</summary>
    Listening,

    /// <summary>A peer has connected, or the server that is dialled has been reached.</summary>
    PeerConnected,

    /// <summary>A peer's connection has ended.</summary>
    PeerDisconnected,

    /// <summary>A peer has connected again, and its older connection gives way.</summary>
    PeerSuperseded,

    /// <summary>A client-mode component could not reach its server and tries again.</summary>
    DialFailed,

    /// <summary>A client-mode component dials no more until someone asks it to.</summary>
    GivenUp,

    /// <summary>A component has no connection to NATS any more, or has not got one.</summary>
    NatsLost,

    /// <summary>A component has its connection to NATS.</summary>
    NatsConnected,

    /// <summary>A queue has passed its upper mark and peers are told to be slower.</summary>
    SlowBegan,

    /// <summary>A queue has fallen below its lower mark.</summary>
    SlowEnded,

    /// <summary>Messages were dropped: at once when it begins, then every 10 s, with the number since the last time.</summary>
    MessagesDropped,

    /// <summary>A component takes no one any more and answers what it holds.</summary>
    Draining,

    /// <summary>A component has ended, or failed and starts anew.</summary>
    Stopped,

    /// <summary>A port does not work, for all peers or for one: a missing stream, a refused subscription, a consumer that cannot be
    /// opened.</summary>
    PortFailed,

    /// <summary>A port works again.</summary>
    PortRecovered,

    /// <summary>A handshake was refused; the text has its address, the name it claimed and the reason. Once a second at most; the metrics
    /// count all.</summary>
    HandshakeRefused,

    /// <summary>A certificate that the node presents expires within 14 days, or has expired. Once a day for each file.</summary>
    CertificateExpires,
}
