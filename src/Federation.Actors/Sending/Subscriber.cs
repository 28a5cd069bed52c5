using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>A peer that gets what the component sends.</summary>
/// <param name="key">What it is found by.</param>
/// <param name="delivery">Who sends to it.</param>
internal sealed class Subscriber(string key, IActorRef delivery)
{
    public string Key { get; } = key;

    public IActorRef Delivery { get; } = delivery;

    /// <summary>Its connection; nobody while it is away.</summary>
    public IActorRef Connection { get; set; } = ActorRefs.Nobody;

    /// <summary>Its name, as of its last connection.</summary>
    public PeerName Peer { get; set; } = PeerName.None;

    /// <summary>What is counted of its connection; while it is away, of its last one, except for what is held for it. Null: it has had none.</summary>
    public PeerMeter? Meter { get; set; }

    /// <summary>When its last connection ended, by the monotonic clock.</summary>
    public TimeSpan AwaySince { get; set; }

    /// <summary>True when it holds nothing that can be sent now; only while the component drains.</summary>
    public bool IsIdle { get; set; }

    /// <summary>Orders absent peers: who is forgotten first comes first. Names that nobody vouches for cost nothing; then whoever is away longest.</summary>
    public static int CompareAway(Subscriber one, Subscriber other) =>
        one.Peer.Vouched != other.Peer.Vouched ? one.Peer.Vouched.CompareTo(other.Peer.Vouched)
        : one.AwaySince != other.AwaySince ? one.AwaySince.CompareTo(other.AwaySince)
        : string.CompareOrdinal(one.Key, other.Key);

    /// <summary>True while it has a connection.</summary>
    public bool IsConnected => !Connection.IsNobody();
}
