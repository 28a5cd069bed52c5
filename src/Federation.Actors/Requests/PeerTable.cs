using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Requests;

/// <summary>The peers of a component that can be asked. Pure; not thread-safe.</summary>
internal sealed class PeerTable
{
    private readonly Dictionary<IActorRef, PeerEntry> _entries = [];

    // The newest of each peer, which leads to the others: rarely has a peer a second one.
    private readonly Dictionary<string, PeerEntry> _byIdentity = new(StringComparer.Ordinal);

    public IReadOnlyCollection<PeerEntry> All => _entries.Values;

    public IReadOnlyCollection<string> Identities => _byIdentity.Keys;

    /// <returns>True when it is the only one of its peer.</returns>
    public bool Add(PeerEntry entry)
    {
        _entries.Add(entry.Connection, entry);
        entry.Older = _byIdentity.GetValueOrDefault(entry.Identity);
        _byIdentity[entry.Identity] = entry;
        return entry.Older is null;
    }

    public string? Remove(IActorRef connection)
    {
        if (!_entries.Remove(connection, out var entry))
        {
            return null;
        }

        var newest = _byIdentity[entry.Identity];
        if (newest != entry)
        {
            var newer = newest;
            while (newer.Older != entry)
            {
                newer = newer.Older!;
            }

            newer.Older = entry.Older;
            return null;
        }

        if (entry.Older is { } older)
        {
            _byIdentity[entry.Identity] = older;
            return null;
        }

        _byIdentity.Remove(entry.Identity);
        return entry.Identity;
    }

    public bool TryGet(IActorRef connection, [NotNullWhen(true)] out PeerEntry? entry) => _entries.TryGetValue(connection, out entry);

    /// <summary>The newest connection of a peer that takes requests; null when there is none.</summary>
    public PeerEntry? Find(string identity)
    {
        var entry = _byIdentity.GetValueOrDefault(identity);
        while (entry is { IsClosing: true })
        {
            entry = entry.Older;
        }

        return entry;
    }
}

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

    public int Incoming { get; set; }

    public bool HasObeyed { get; set; }

    /// <summary>True when it has not obeyed a request of the node's own, which is then not made again.</summary>
    public bool IsDeaf { get; set; }
}
