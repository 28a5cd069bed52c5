using Federation.Actors.Settings;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Transport;

/// <summary>The node's open ports: components with the same host and port share one listener, each with a path of its own.</summary>
/// <remarks>Thread-safe: one call at a time is worked on, the others wait for it.</remarks>
internal sealed class ListenerPool(ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<(string Host, int Port), WebSocketListener> _listeners = [];

    /// <summary>Maps the component's path, and opens the port if it is not open yet.</summary>
    /// <returns>The address to dial.</returns>
    /// <exception cref="IOException">The port is taken or the host is not this machine's.</exception>
    public async Task<string> OpenAsync(ServerSettings server, PeerEndpoint endpoint)
    {
        await _gate.WaitAsync();
        try
        {
            var key = (server.Host, server.HttpPort);
            if (!_listeners.TryGetValue(key, out var listener))
            {
                listener = new WebSocketListener(server, loggers);
                await listener.StartAsync(CancellationToken.None);
                _listeners.Add(key, listener);
            }

            listener.Map(server.Path, endpoint);
            return $"ws://{server.Host}:{listener.Port}{server.Path}";
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes the component's path back; the port closes with its last path.</summary>
    public async Task CloseAsync(ServerSettings server, PeerEndpoint endpoint)
    {
        await _gate.WaitAsync();
        try
        {
            var key = (server.Host, server.HttpPort);
            if (_listeners.TryGetValue(key, out var listener) && listener.Unmap(server.Path, endpoint) == 0)
            {
                _listeners.Remove(key);
                await listener.DisposeAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        foreach (var listener in _listeners.Values)
        {
            await listener.DisposeAsync();
        }

        _listeners.Clear();
        _gate.Dispose();
    }
}
