using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Requests;

/// <summary>One connection of a peer, and the state of its requests. Not thread-safe.</summary>
internal sealed class PeerEntry(IActorRef connection, PeerMeter meter)
{
    public IActorRef Connection => connection;

    public PeerMeter Meter => meter;

    public string Identity => meter.Identity;

    /// <summary>The peer's connection before this one; null: there is none.</summary>
    public PeerEntry? Older { get; set; }

    /// <summary>True when the connection takes no more requests.</summary>
    public bool IsClosing => meter.End is not null;

    /// <summary>Requests of the peer that are not answered yet.</summary>
    public int Incoming { get; set; }

    /// <summary>True when it has obeyed a request of the node's own.</summary>
    public bool HasObeyed { get; set; }

    /// <summary>True when it has not obeyed a request of the node's own, which is then not made again.</summary>
    public bool IsDeaf { get; set; }
}
