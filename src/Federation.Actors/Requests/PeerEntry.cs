using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Requests;

/// <summary>One connection of a peer, and what the control plane knows of it. Not thread-safe.</summary>
internal sealed class PeerEntry(IActorRef connection, string identity, string address, TimeSpan since)
{
    public IActorRef Connection { get; } = connection;

    public string Identity { get; } = identity;

    /// <summary>Where the peer is, for people.</summary>
    public string Address { get; } = address;

    /// <summary>When it connected, by the monotonic clock.</summary>
    public TimeSpan Since { get; } = since;

    /// <summary>The peer's connection before this one; null: there is none.</summary>
    public PeerEntry? Older { get; set; }

    /// <summary>True when the connection takes no more requests.</summary>
    public bool IsClosing { get; set; }

    /// <summary>What it has announced, JSON; empty: nothing.</summary>
    public ReadOnlyMemory<byte> Capabilities { get; set; }

    /// <summary>What is counted of the connection.</summary>
    public PeerMeter? Meter { get; init; }

    /// <summary>Requests of the peer that are not answered yet.</summary>
    public int Incoming { get; set; }

    /// <summary>True when it has obeyed a request of the node's own.</summary>
    public bool HasObeyed { get; set; }

    /// <summary>True when it has not obeyed a request of the node's own, which is then not made again.</summary>
    public bool IsDeaf { get; set; }
}
