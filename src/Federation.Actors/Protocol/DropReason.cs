namespace Federation.Actors.Protocol;

/// <summary>
/// Why a message was not delivered to a peer: values of the <c>reason</c> label of <c>websocket_output_messages_dropped_total</c>.
/// </summary>
internal static class DropReason
{
    public const string SlowPeer = "slow_peer";

    public const string PeerAway = "peer_away";

    public const string Filtered = "filtered";

    public const string Echo = "echo";

    /// <summary>The peer refused it for good: it has passed the peer's node before.</summary>
    public const string Loop = NackReasons.Loop;

    public const string TooLarge = NackReasons.TooLarge;

    /// <summary>The peer refused it for good: its node does not take the subject from this one.</summary>
    public const string NotPermitted = NackReasons.NotPermitted;

    /// <summary>It was sent <c>max_deliver</c> times.</summary>
    public const string MaxDeliver = "max_deliver";

    /// <summary>The peer has been gone for longer than <c>peer_retention</c>, or had no name to come back by.</summary>
    public const string PeerGone = "peer_gone";

    /// <summary>The connection ended before the message had left; with <c>at_most_once</c> it is not sent again.</summary>
    public const string ConnectionLost = "connection_lost";

    /// <summary>NATS delivered messages faster than the node took them in, and more than <c>queue_size</c> had piled up.</summary>
    public const string InputOverflow = "input_overflow";

    public const string Skipped = "skipped";

    public const string NoPeer = "no_peer";

    public const string ShuttingDown = NackReasons.ShuttingDown;

    /// <summary>Every reason. A counter that exists from the start, at 0, shows its first increase too.</summary>
    public static readonly IReadOnlyList<string> All = [SlowPeer, PeerAway, Filtered, Echo, Loop, TooLarge,
        NotPermitted, MaxDeliver, PeerGone, ConnectionLost, NoPeer, InputOverflow, Skipped, ShuttingDown];

    /// <summary>Whether a peer misses the message: not one that its filter excludes, nor one for which there is no peer.</summary>
    public static bool IsLoss(string reason) => reason is not (Filtered or Echo or NoPeer);
}
