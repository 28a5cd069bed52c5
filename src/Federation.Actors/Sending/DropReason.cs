namespace Federation.Actors.Sending;

/// <summary>Why a message was not delivered to a peer: values of the <c>reason</c> label of <c>websocket_output_messages_dropped_total</c>.</summary>
internal static class DropReason
{
    /// <summary>Every reason. A counter that is there from the start, at 0, shows its first increase too.</summary>
    public static readonly IReadOnlyList<string> All = [SlowPeer, PeerAway, Filtered, Echo, Loop, TooLarge, NotPermitted, MaxDeliver, PeerGone, ConnectionLost, NoPeer, InputOverflow, Skipped, ShuttingDown];

    /// <summary>Whether somebody misses the message: not what its peer has asked not to get, nor what nobody has asked for.</summary>
    public static bool IsLoss(string reason) => reason is not (Filtered or Echo or NoPeer);

    /// <summary>More waits for the peer than may.</summary>
    public const string SlowPeer = "slow_peer";

    /// <summary>More waits for the peer than may while it has no connection.</summary>
    public const string PeerAway = "peer_away";

    /// <summary>The peer has asked not to get it.</summary>
    public const string Filtered = "filtered";

    /// <summary>It came from this very peer.</summary>
    public const string Echo = "echo";

    /// <summary>The peer has refused it for good: it has passed the peer's node before.</summary>
    public const string Loop = "loop";

    /// <summary>The peer has refused it for good: it is too large for the peer's bus.</summary>
    public const string TooLarge = "too_large";

    /// <summary>The peer has refused it for good: its node does not take the subject from this one.</summary>
    public const string NotPermitted = "not_permitted";

    /// <summary>It was sent <c>max_deliver</c> times.</summary>
    public const string MaxDeliver = "max_deliver";

    /// <summary>The peer has been gone for longer than <c>peer_retention</c>, or had no name to come back by.</summary>
    public const string PeerGone = "peer_gone";

    /// <summary>The connection ended before the message had left; with <c>at_most_once</c> it is not sent again.</summary>
    public const string ConnectionLost = "connection_lost";

    /// <summary>NATS delivered messages faster than the node took them in, and more than <c>queue_size</c> had piled up.</summary>
    public const string InputOverflow = "input_overflow";

    /// <summary>The stream's limits removed it before it could be sent.</summary>
    public const string Skipped = "skipped";

    /// <summary>Nobody has subscribed.</summary>
    public const string NoPeer = "no_peer";

    /// <summary>The node stopped before it could be delivered.</summary>
    public const string ShuttingDown = "shutting_down";
}
