using System.Collections.Concurrent;
using System.Net;
using Federation.Actors.Security;
using Federation.Actors.Sockets.Kestrel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Sockets.Server;

/// <summary>A web server on one host and port, with a <see cref="PeerEndpoint"/> on each of its paths.</summary>
/// <remarks>Paths may change while it runs; all members are thread-safe after <see cref="StartAsync"/>. To stop without cutting
/// connections: set each endpoint draining, close the sockets, then dispose this.</remarks>
internal sealed class WebSocketListener : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, PeerEndpoint> _endpoints = new(StringComparer.Ordinal);
    private readonly ServerSettings _settings;
    private readonly WebServer _server;

    public WebSocketListener(ServerSettings settings, ServerTls? tls, ILoggerFactory loggers)
    {
        _settings = settings;
        _server = new WebServer(settings, tls, loggers, HandleAsync, Refused, RefuseUnproxied);
    }

    public int Port => _server.Port;

    /// <summary>Raises the number of connections that may be open without being a peer's. Not thread-safe.</summary>
    public void AllowPending(int maxPendingHandshakes) => _server.AllowPending(maxPendingHandshakes);

    public void Map(string path, PeerEndpoint endpoint) => _endpoints[path] = endpoint;

    /// <summary>Answers a path with 404. Its connections stay.</summary>
    public void Unmap(string path) => _endpoints.TryRemove(path, out _);

    public async Task StartAsync(CancellationToken cancel) => await _server.StartAsync(await AddressesAsync(cancel), cancel);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<IPAddress[]> AddressesAsync(CancellationToken cancel)
    {
        if (IPAddress.TryParse(_settings.Host, out var address))
        {
            return [address];
        }

        // Several addresses would each get a free port of their own, so port 0 means the first address only.
        var first = _settings.HttpPort == 0;
        if (string.Equals(_settings.Host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return first ? [IPAddress.Loopback] : [];
        }

        var addresses = await Dns.GetHostAddressesAsync(_settings.Host, cancel);
        return first ? addresses[..1] : addresses;
    }

    private Task HandleAsync(HttpContext context) => _endpoints.TryGetValue(context.Request.Path.Value ?? "", out var endpoint)
        ? endpoint.HandleAsync(context)
        : new HttpRefusal(StatusCodes.Status404NotFound, "Nothing here.", null).WriteAsync(context);

    /// <summary>Counts a refusal for the path's component, else for the first one on this port.</summary>
    private void Refused(IFeatureCollection features, int status)
    {
        if (!_endpoints.TryGetValue(features.Get<IHttpRequestFeature>()?.Path ?? "", out var endpoint))
        {
            endpoint = _endpoints.Values.FirstOrDefault();
        }

        // The error's text might show a part of the request.
        endpoint?.Refused(features, status, status == StatusCodes.Status408RequestTimeout
            ? "Its request was not complete within handshake_timeout."
            : "It is not an HTTP request that can be served.");
    }

    private void RefuseUnproxied(string address) => _endpoints.Values.FirstOrDefault()?.Refused(
        new RefusedHandshake(StatusCodes.Status400BadRequest, address, "", "A trusted proxy did not send a PROXY protocol header."));
}
