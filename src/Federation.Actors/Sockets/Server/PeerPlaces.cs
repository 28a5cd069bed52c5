namespace Federation.Actors.Sockets.Server;

/// <summary>Counts the connections of a component, up to <c>max_connections</c>.</summary>
/// <remarks>A connection that replaces another of its peer is not counted again: a returning peer would be refused as long as its silent
/// old connection counts as alive. One such connection of each peer is free while it ends, so the maximum is twice the limit.
/// Thread-safe.</remarks>
internal sealed class PeerPlaces(int max, int perPeer)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Count, int Limit)> _connections = new(StringComparer.Ordinal);
    private int _taken;

    public int Taken => Volatile.Read(ref _taken);

    /// <param name="limit">Connections that the peer may have by its profile; 0: as many as any. It stays until the last of them ends, so
    /// that each gives back what it has taken.</param>
    public bool TryTake(string? peer, int limit = 0)
    {
        lock (_gate)
        {
            var (connections, most) = peer is null ? default : _connections.GetValueOrDefault(peer, (0, limit > 0 ? limit : perPeer));
            var places = peer is null ? 1 : PlacesOf(connections + 1, most) - PlacesOf(connections, most);
            if (_taken + places > max)
            {
                return false;
            }

            _taken += places;
            if (peer is not null)
            {
                _connections[peer] = (connections + 1, most);
            }

            return true;
        }
    }

    public void Give(string? peer)
    {
        lock (_gate)
        {
            if (peer is null)
            {
                _taken--;
                return;
            }

            var (connections, most) = _connections[peer];
            _taken -= PlacesOf(connections, most) - PlacesOf(connections - 1, most);
            if (connections > 1)
            {
                _connections[peer] = (connections - 1, most);
            }
            else
            {
                _connections.Remove(peer);
            }
        }
    }

    private static int PlacesOf(int connections, int most) => connections > most ? connections - 1 : connections;
}
