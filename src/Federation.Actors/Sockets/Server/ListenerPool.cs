using Federation.Actors.Diagnostics;
using Federation.Actors.Security;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Sockets.Server;

/// <summary>The node's open ports. Components with the same host, port and TLS share one listener, each with its own path; a component on
/// any free port has its own.</summary>
/// <remarks>Thread-safe; calls run one after the other.</remarks>
internal sealed class ListenerPool(ILoggerFactory loggers) : IListeners, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<
        (string Host, int Port, TlsServerSettings Tls, PeerEndpoint? Only), (WebSocketListener Listener, HashSet<string> Paths)> _open = [];

    /// <remarks>Opens the port with its first path.</remarks>
    public async Task<string> OpenAsync(ServerSettings server, PeerEndpoint endpoint)
    {
        await _gate.WaitAsync();
        try
        {
            var key = Key(server, endpoint);
            if (!_open.TryGetValue(key, out var open))
            {
                var tls = server.Tls.Enabled
                    ? new ServerTls(server.Tls, Environment.GetEnvironmentVariable, loggers.CreateLogger<ServerTls>(), Clock.System.Time)
                    : null;
                var listener = new WebSocketListener(server, tls, loggers);
                await StartAsync(listener);
                open = (listener, new HashSet<string>(StringComparer.Ordinal));
                _open.Add(key, open);
            }

            open.Listener.AllowPending(server.MaxPendingHandshakes);
            open.Listener.Map(server.Path, endpoint);
            open.Paths.Add(server.Path);
            return new UriBuilder(server.Tls.Enabled ? "wss" : "ws", server.Host, open.Listener.Port, server.Path).ToString();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <remarks>The port closes with its last path.</remarks>
    public async Task CloseAsync(ServerSettings server, PeerEndpoint endpoint)
    {
        await _gate.WaitAsync();
        try
        {
            var key = Key(server, endpoint);
            if (_open.TryGetValue(key, out var open) && open.Paths.Remove(server.Path))
            {
                open.Listener.Unmap(server.Path);
                if (open.Paths.Count == 0)
                {
                    _open.Remove(key);
                    await open.Listener.DisposeAsync();
                }
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private static (string Host, int Port, TlsServerSettings Tls, PeerEndpoint? Only) Key(ServerSettings server, PeerEndpoint endpoint) =>
        (server.Host, server.HttpPort, server.Tls, server.HttpPort == 0 ? endpoint : null);

    private static async Task StartAsync(WebSocketListener listener)
    {
        try
        {
            await listener.StartAsync(CancellationToken.None);
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        foreach (var open in _open.Values)
        {
            await open.Listener.DisposeAsync();
        }

        _open.Clear();
        _gate.Dispose();
    }
}

/// <summary>Accepts peers for the server-mode components of a node. Thread-safe.</summary>
internal interface IListeners
{
    /// <returns>The address to dial.</returns>
    /// <exception cref="IOException">The port is taken, the host is not local, or a TLS file cannot be used.</exception>
    Task<string> OpenAsync(ServerSettings server, PeerEndpoint endpoint);

    Task CloseAsync(ServerSettings server, PeerEndpoint endpoint);
}
