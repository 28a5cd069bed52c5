namespace Federation.Actors.Protocol;

/// <summary>Why a message was not delivered to a peer: values of the <c>reason</c> label of
/// <c>websocket_output_messages_dropped_total</c>.</summary>
internal static class DropReason
{
    public const string SlowPeer = "slow_peer";

    public const string PeerAway = "peer_away";

    public const string Filtered = "filtered";

    public const string Echo = "echo";

    /// <summary>Refused permanently: the message has passed the peer's node before.</summary>
    public const string Loop = NackReasons.Loop;

    public const string TooLarge = NackReasons.TooLarge;

    /// <summary>Refused permanently: the peer's node does not accept the subject from this one.</summary>
    public const string NotPermitted = NackReasons.NotPermitted;

    public const string MaxDeliver = "max_deliver";

    /// <summary>The peer was gone for longer than <c>peer_retention</c>, or has no lasting name.</summary>
    public const string PeerGone = "peer_gone";

    /// <summary>The connection ended before the message had left; <c>at_most_once</c> does not repeat it.</summary>
    public const string ConnectionLost = "connection_lost";

    /// <summary>NATS delivered faster than the node took messages in, and more than <c>queue_size</c> were waiting.</summary>
    public const string InputOverflow = "input_overflow";

    public const string Skipped = "skipped";

    public const string NoPeer = "no_peer";

    public const string ShuttingDown = NackReasons.ShuttingDown;

    /// <summary>A counter that exists from the start, at 0, shows its first increase too.</summary>
    public static readonly IReadOnlyList<string> All = [SlowPeer, PeerAway, Filtered, Echo, Loop, TooLarge,
        NotPermitted, MaxDeliver, PeerGone, ConnectionLost, NoPeer, InputOverflow, Skipped, ShuttingDown];

    /// <summary>Whether a peer misses the message, which is not the case when a filter excludes it or no peer exists.</summary>
    public static bool IsLoss(string reason) => reason is not (Filtered or Echo or NoPeer);
}
