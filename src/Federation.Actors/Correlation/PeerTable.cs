using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace Federation.Actors.Correlation;

/// <summary>The peers of a component that can be asked. Pure; not thread-safe.</summary>
internal sealed class PeerTable
{
    private readonly Dictionary<IActorRef, PeerEntry> _entries = [];
    private readonly Dictionary<string, List<PeerEntry>> _byIdentity = new(StringComparer.Ordinal);

    /// <summary>Every connection.</summary>
    public IReadOnlyCollection<PeerEntry> All => _entries.Values;

    /// <summary>Every name.</summary>
    public IReadOnlyCollection<string> Identities => _byIdentity.Keys;

    /// <summary>Adds a connection.</summary>
    /// <returns>True when it is the only one of its peer.</returns>
    public bool Add(PeerEntry entry)
    {
        _entries.Add(entry.Connection, entry);
        if (!_byIdentity.TryGetValue(entry.Identity, out var ofPeer))
        {
            // Room for one: rarely has a peer a second connection.
            _byIdentity[entry.Identity] = ofPeer = new List<PeerEntry>(1);
        }

        ofPeer.Add(entry);
        return ofPeer.Count == 1;
    }

    /// <summary>Forgets a connection.</summary>
    /// <returns>The name of the peer whose last connection it was; null when there is another, or it was not known.</returns>
    public string? Remove(IActorRef connection)
    {
        if (!_entries.Remove(connection, out var entry))
        {
            return null;
        }

        var ofPeer = _byIdentity[entry.Identity];
        ofPeer.Remove(entry);
        return ofPeer.Count == 0 && _byIdentity.Remove(entry.Identity) ? entry.Identity : null;
    }

    /// <summary>The entry of a connection.</summary>
    public bool TryGet(IActorRef connection, [NotNullWhen(true)] out PeerEntry? entry) => _entries.TryGetValue(connection, out entry);

    /// <summary>The newest connection of a peer that takes requests; null when there is none.</summary>
    public PeerEntry? Find(string identity) =>
        _byIdentity.TryGetValue(identity, out var ofPeer) ? ofPeer.FindLast(static entry => !entry.IsClosing) : null;
}
