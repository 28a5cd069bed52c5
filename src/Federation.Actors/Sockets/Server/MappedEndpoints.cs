using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Federation.Actors.Sockets.Server;

/// <summary>The components without a port, and their paths on the embedder's web server.</summary>
/// <remarks>
/// Paths are mapped before the web server starts and stay; a component comes, goes and comes again behind its path. Thread-safe.
/// </remarks>
internal sealed class MappedEndpoints
{
    private readonly ConcurrentDictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PeerEndpoint> _open = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Paths => _paths;

    public void Map(string component, string path) => _paths[component] = path;

    /// <summary>Lets a component take peers.</summary>
    /// <returns>Its path; empty when it is not mapped.</returns>
    public string Open(string component, PeerEndpoint endpoint)
    {
        _open[component] = endpoint;
        return _paths.GetValueOrDefault(component, "");
    }

    /// <summary>Takes a component back, unless another instance of it has come since.</summary>
    public void Close(string component, PeerEndpoint endpoint) => _open.TryRemove(KeyValuePair.Create(component, endpoint));

    public Task HandleAsync(string component, HttpContext context) => _open.TryGetValue(component, out var endpoint)
        ? endpoint.HandleAsync(context)
        : HttpRefusal.Busy("Not taking connections at the moment.").WriteAsync(context);
}
