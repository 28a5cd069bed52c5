using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Federation.Actors.Sockets.Server;

/// <summary>Where the components of a node that have no port are on the embedder's web server.</summary>
/// <remarks>
/// Paths are mapped before the web server starts and stay; a component comes, goes and comes again behind its path. Thread-safe.
/// </remarks>
internal sealed class MappedEndpoints
{
    private readonly ConcurrentDictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PeerEndpoint> _open = new(StringComparer.Ordinal);

    /// <summary>Path of each mapped component, by name.</summary>
    public IReadOnlyDictionary<string, string> Paths => _paths;

    /// <summary>Notes that a path leads to a component, whether there is one of this name or not.</summary>
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

    /// <summary>Serves one request, to its end.</summary>
    public Task HandleAsync(string component, HttpContext context) => _open.TryGetValue(component, out var endpoint)
        ? endpoint.HandleAsync(context)
        : HttpRefusal.Busy("Not taking connections at the moment.").WriteAsync(context);
}
