using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Federation.Actors.Sockets.Server;

/// <summary>The components without a port, and their paths on the embedder's web server.</summary>
/// <remarks>Paths are mapped before the web server starts and stay; the component behind a path may come and go. Thread-safe.</remarks>
internal sealed class MappedEndpoints
{
    private readonly ConcurrentDictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PeerEndpoint> _open = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Paths => _paths;

    public void Map(string component, string path) => _paths[component] = path;

    /// <returns>The component's path; empty when it is not mapped.</returns>
    public string Open(string component, PeerEndpoint endpoint)
    {
        _open[component] = endpoint;
        return _paths.GetValueOrDefault(component, "");
    }

    /// <summary>Has no effect once another instance of the component has opened.</summary>
    public void Close(string component, PeerEndpoint endpoint) => _open.TryRemove(KeyValuePair.Create(component, endpoint));

    public Task HandleAsync(string component, HttpContext context) => _open.TryGetValue(component, out var endpoint)
        ? endpoint.HandleAsync(context)
        : HttpRefusal.Busy("Not accepting connections at the moment.").WriteAsync(context);
}
