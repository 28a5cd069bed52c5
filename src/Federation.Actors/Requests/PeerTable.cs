using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;

namespace Federation.Actors.Requests;

/// <summary>The peers of a component that accept requests. Not thread-safe.</summary>
internal sealed class PeerTable
{
    private readonly Dictionary<IActorRef, PeerEntry> _entries = [];

    // The newest of each peer, which leads to the others: rarely has a peer a second one.
    private readonly Dictionary<string, PeerEntry> _byIdentity = new(StringComparer.Ordinal);

    public IReadOnlyCollection<PeerEntry> All => _entries.Values;

    public IReadOnlyCollection<string> Identities => _byIdentity.Keys;

    /// <returns>True for the only connection of its peer.</returns>
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

/// <param name="permissions">Null: the peer may do everything.</param>
internal sealed class PeerEntry(IActorRef connection, PeerMeter meter, PeerPermissions? permissions = null)
{
    public PeerPermissions? Permissions => permissions;

    public IActorRef Connection => connection;

    public PeerMeter Meter => meter;

    public string Identity => meter.Identity;

    public PeerEntry? Older { get; set; }

    public bool IsClosing => meter.End is not null;

    public int Incoming { get; set; }

    public bool HasObeyed { get; set; }

    /// <summary>True after it ignored a request of the node's own, which is not repeated.</summary>
    public bool IsDeaf { get; set; }
}
