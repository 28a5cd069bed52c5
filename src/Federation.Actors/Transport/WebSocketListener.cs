using System.Collections.Concurrent;
using System.Net;
using Federation.Actors.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Federation.Actors.Transport;

/// <summary>One open port, Kestrel behind it, with an endpoint for each path.</summary>
/// <remarks>
/// Kestrel alone, without a web host: there is nothing to configure from outside, no signal handler that would stop it before the sockets
/// are drained, and it starts in milliseconds. Paths may be mapped from any thread while it runs.
/// </remarks>
internal sealed class WebSocketListener : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, PeerEndpoint> _endpoints = new(StringComparer.Ordinal);
    private readonly ServerSettings _server;
    private readonly ILoggerFactory _loggers;
    private KestrelServer? _kestrel;

    /// <param name="server">Host, port, and how long a handshake may take.</param>
    /// <param name="loggers">For Kestrel.</param>
    public WebSocketListener(ServerSettings server, ILoggerFactory loggers)
    {
        _server = server;
        _loggers = loggers;
    }

    /// <summary>The port; the one the system gave where the settings say 0.</summary>
    public int Port { get; private set; }

    /// <summary>Opens the port.</summary>
    /// <exception cref="IOException">It is taken, or the host is not an address of this machine.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.RequestHeadersTimeout = _server.HandshakeTimeout;
        options.Limits.KeepAliveTimeout = _server.HandshakeTimeout;
        options.Limits.MaxRequestBodySize = 0;
        foreach (var address in await ResolveAsync(_server.Host, cancellationToken))
        {
            options.Listen(address, _server.HttpPort);
        }

        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), _loggers);
        _kestrel = new KestrelServer(Options.Create(options), transport, _loggers);
        await _kestrel.StartAsync(new Application(this), cancellationToken);
        var bound = _kestrel.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        Port = BindingAddress.Parse(bound).Port;
    }

    /// <summary>From now on requests on <paramref name="path"/> go to <paramref name="endpoint"/>.</summary>
    public void Map(string path, PeerEndpoint endpoint) => _endpoints[path] = endpoint;

    /// <summary>Takes the path back, if it is still <paramref name="endpoint"/>'s.</summary>
    /// <returns>How many paths are left.</returns>
    public int Unmap(string path, PeerEndpoint endpoint)
    {
        _endpoints.TryRemove(new KeyValuePair<string, PeerEndpoint>(path, endpoint));
        return _endpoints.Count;
    }

    /// <summary>Closes the port; whatever connection is still open is cut after a short while.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_kestrel is { } kestrel)
        {
            _kestrel = null;
            using var timeout = new CancellationTokenSource(StopTimeout);
            await kestrel.StopAsync(timeout.Token);
            kestrel.Dispose();
        }
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => host switch
    {
        "*" => [IPAddress.IPv6Any],
        "localhost" => [IPAddress.Loopback],
        _ => IPAddress.TryParse(host, out var address) ? [address] : (await Dns.GetHostAddressesAsync(host, cancellationToken))[..1],
    };

    private Task HandleAsync(HttpContext context)
    {
        if (_endpoints.TryGetValue(context.Request.Path.Value ?? "", out var endpoint))
        {
            return endpoint.HandleAsync(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>What Kestrel calls for each request.</summary>
    private sealed class Application(WebSocketListener listener) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => listener.HandleAsync(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
