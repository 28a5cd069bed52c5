namespace Federation.Actors.Sockets.Server;

/// <summary>Counts the connections of a component, up to <c>max_connections</c>.</summary>
/// <remarks>A connection that replaces another of its peer is not counted again: a returning peer would be refused as long as its silent
/// old connection counts as alive. One such connection of each peer is free while it ends, so the maximum is twice the limit.
/// Thread-safe.</remarks>
internal sealed class PeerPlaces(int max, int perPeer)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _connections = new(StringComparer.Ordinal);
    private int _taken;

    public int Taken => Volatile.Read(ref _taken);

    public bool TryTake(string? peer)
    {
        lock (_gate)
        {
            var connections = peer is null ? 0 : _connections.GetValueOrDefault(peer);
            var places = peer is null ? 1 : PlacesOf(connections + 1) - PlacesOf(connections);
            if (_taken + places > max)
            {
                return false;
            }

            _taken += places;
            if (peer is not null)
            {
                _connections[peer] = connections + 1;
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

            var connections = _connections[peer];
            _taken -= PlacesOf(connections) - PlacesOf(connections - 1);
            if (connections > 1)
            {
                _connections[peer] = connections - 1;
            }
            else
            {
                _connections.Remove(peer);
            }
        }
    }

    private int PlacesOf(int connections) => connections > perPeer ? connections - 1 : connections;
}
