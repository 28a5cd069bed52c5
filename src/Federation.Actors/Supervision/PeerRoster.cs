using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace Federation.Actors.Supervision;

/// <summary>A component's live connections, and whose they are. Pure.</summary>
/// <param name="perPeer">Connections of one peer with a name of its own.</param>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "A roster is the field's word, and it is more than a collection.")]
internal sealed class PeerRoster(int perPeer)
{
    private readonly Dictionary<IActorRef, string?> _names = [];
    private readonly Dictionary<string, List<IActorRef>> _byName = new(StringComparer.Ordinal);

    /// <summary>Every live connection.</summary>
    public IReadOnlyCollection<IActorRef> Connections => _names.Keys;

    /// <summary>How many there are.</summary>
    public int Count => _names.Count;

    /// <summary>Adds a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="name">The peer's own name; null when it has none.</param>
    /// <returns>The connection that gives way to it; null when none has to. It stays in the roster until it has ended, but gives way only once.</returns>
    public IActorRef? Add(IActorRef connection, string? name)
    {
        _names[connection] = name;
        if (name is null)
        {
            return null;
        }

        if (!_byName.TryGetValue(name, out var ofPeer))
        {
            _byName[name] = ofPeer = [];
        }

        ofPeer.Add(connection);
        if (ofPeer.Count <= perPeer)
        {
            return null;
        }

        var oldest = ofPeer[0];
        ofPeer.RemoveAt(0);
        return oldest;
    }

    /// <summary>Forgets a connection that has ended.</summary>
    public void Remove(IActorRef connection)
    {
        if (_names.Remove(connection, out var name) && name is not null && _byName.TryGetValue(name, out var ofPeer))
        {
            ofPeer.Remove(connection);
            if (ofPeer.Count == 0)
            {
                _byName.Remove(name);
            }
        }
    }
}
