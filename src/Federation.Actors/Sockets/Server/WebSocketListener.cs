using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;
using Federation.Actors.Sockets.Kestrel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Sockets.Server;

/// <summary>A Kestrel web server on one host and port, with a <see cref="PeerEndpoint"/> on each of its paths.</summary>
/// <remarks>
/// Kestrel alone, without a web host: no signal handler that would stop it before its sockets are drained, and it starts in milliseconds.
/// Reads no configuration but its arguments. Paths come and go while it runs; all members may be used from any thread after
/// <see cref="StartAsync"/>. To stop without cutting anyone: set each endpoint draining, close the sockets, then dispose this.
/// </remarks>
internal sealed class WebSocketListener : IAsyncDisposable
{
    /// <summary>Ample for an upgrade with a large token; Kestrel's own 32 KiB invite waste.</summary>
    private const int MaxHeaderBytes = 16 * 1024;

    private const int MaxHeaders = 64;

    /// <summary>
    /// What Kestrel reads ahead of us for each connection. Its default of 1 MiB, times a thousand connections held up by a full queue,
    /// would be a gigabyte. Two of the largest reads of a <see cref="CoalescingStream"/> keep the network busy during one of them.
    /// </summary>
    private const int MaxReadAheadBytes = 128 * 1024;

    /// <summary>Time that connections which are done have to write their last bytes when the listener is disposed.</summary>
    private readonly TimeSpan _grace = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, PeerEndpoint> _endpoints = new(StringComparer.Ordinal);
    private readonly string _host;
    private readonly int _port;
    private readonly TimeSpan _handshakeTimeout;
    private readonly ServerTls? _tls;
    private readonly ILoggerFactory _loggerFactory;
    private readonly TrustedProxies? _proxies;
    private readonly DiagnosticListener _diagnostics = new("Federation.Actors.WebSocketListener");
    private readonly PacedTransport _transport;
    private readonly RequestHeartbeat _heartbeat = new(Clock.System.Time);
    private ServiceProvider? _services;
    private IServer? _server;

    /// <param name="host">
    /// An IP address (<c>0.0.0.0</c>: every IPv4 address, <c>::</c>: every address), <c>localhost</c>, or a host name.
    /// </param>
    /// <param name="port">TCP port; 0 takes any free one.</param>
    /// <param name="handshakeTimeout">Time a peer has to send its whole request.</param>
    /// <param name="maxPendingHandshakes">Connections that may be open without being a peer's.</param>
    /// <param name="tls">Encryption; null for none.</param>
    /// <param name="loggerFactory">Where Kestrel logs to; not disposed.</param>
    /// <param name="proxies">Proxies whose connections begin with a PROXY protocol header; null: none do.</param>
    public WebSocketListener(
        string host, int port, TimeSpan handshakeTimeout, int maxPendingHandshakes, ServerTls? tls, ILoggerFactory loggerFactory, TrustedProxies? proxies = null)
    {
        _proxies = proxies;
        _host = host;
        _port = port;
        _handshakeTimeout = handshakeTimeout;
        _tls = tls;
        _loggerFactory = loggerFactory;
        _transport = new PacedTransport(maxPendingHandshakes, loggerFactory, DescriptorBudget.Limit());
    }

    /// <summary>The TCP port listened on; what port 0 became once started.</summary>
    public int Port { get; private set; }

    /// <summary>Raises the number of connections that may be open without being a peer's. Not thread-safe.</summary>
    public void AllowPending(int maxPendingHandshakes) => _transport.AllowOpen(maxPendingHandshakes);

    /// <summary>Serves a path, in place of what served it before.</summary>
    public void Map(string path, PeerEndpoint endpoint) => _endpoints[path] = endpoint;

    /// <summary>Answers a path with 404 from now on. Connections opened through it stay.</summary>
    public void Unmap(string path) => _endpoints.TryRemove(path, out _);

    /// <summary>Opens the port.</summary>
    /// <exception cref="IOException">The port is taken or may not be used.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The host name has no address.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var addresses = await AddressesAsync(cancellationToken);

        // A builder knows what belongs to Kestrel, such as the pool of its buffers: without it they are allocated whenever a connection is
        // ahead of us. Nothing is built but the server.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Configure(options, addresses));
        builder.Services.AddSingleton<IConnectionListenerFactory>(_transport);
        builder.Services.AddSingleton<ILoggerFactory>(new UnscopedLoggerFactory(_loggerFactory));
        builder.Services.AddSingleton<DiagnosticSource>(_diagnostics);
        _diagnostics.Subscribe(new KestrelRefusals(this), static name => string.Equals(name, KestrelRefusals.Event, StringComparison.Ordinal));
        _services = builder.Services.BuildServiceProvider();
        _server = _services.GetRequiredService<IServer>();
        await _server.StartAsync(new Application(this), cancellationToken);
        var bound = _server.Features.Get<IServerAddressesFeature>();
        Port = BindingAddress.Parse(bound!.Addresses.First()).Port;
    }

    /// <summary>Closes the port and cuts what is still connected.</summary>
    public async ValueTask DisposeAsync()
    {
        _heartbeat.Dispose();
        _diagnostics.Dispose();
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            using (var grace = new CancellationTokenSource(_grace))
            {
                await server.StopAsync(grace.Token);
            }

            await _services!.DisposeAsync();
        }

        _transport.Dispose();
    }

    private void Configure(KestrelServerOptions options, IPAddress[] addresses)
    {
        options.AddServerHeader = false;
        options.Limits.RequestHeadersTimeout = _handshakeTimeout;
        options.Limits.KeepAliveTimeout = _handshakeTimeout;
        options.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        options.Limits.MaxRequestHeaderCount = MaxHeaders;
        options.Limits.MaxRequestLineSize = MaxHeaderBytes;
        options.Limits.MaxRequestBufferSize = MaxReadAheadBytes;
        options.Limits.MaxConcurrentUpgradedConnections = null;
        options.ConfigureEndpointDefaults(listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (_proxies is not null || _tls is not null)
            {
                listen.Use(next => connection => PendingPlace.RunAsync(next, connection, _transport));
            }

            if (_proxies is { } proxies)
            {
                listen.Use(next => connection => ProxiedConnection.RunAsync(next, proxies, _handshakeTimeout, RefuseUnproxied, connection));
            }

            if (_tls is not null)
            {
                listen.UseHttps(Handshake(_tls));
            }

            // The last before HTTP, which is what it sees the end of.
            listen.Use(next => connection => ConnectionHandover.RunAsync(next, _heartbeat, _transport, connection));
        });
        foreach (var address in addresses)
        {
            options.Listen(address, _port);
        }

        if (addresses.Length == 0)
        {
            // IPv4 and IPv6, whichever of them there is.
            options.ListenLocalhost(_port);
        }
    }

    private TlsHandshakeCallbackOptions Handshake(ServerTls tls) => new()
    {
        HandshakeTimeout = _handshakeTimeout,
        OnConnection = _ => ValueTask.FromResult(tls.Options()),
    };

    private async Task<IPAddress[]> AddressesAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(_host, out var address))
        {
            return [address];
        }

        // Several addresses would each get a free port of their own, so port 0 means the first address only.
        if (string.Equals(_host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return _port == 0 ? [IPAddress.Loopback] : [];
        }

        var addresses = await Dns.GetHostAddressesAsync(_host, cancellationToken);
        return _port == 0 ? addresses[..1] : addresses;
    }

    private Task HandleAsync(HttpContext context) => _endpoints.TryGetValue(context.Request.Path.Value ?? "", out var endpoint)
        ? endpoint.HandleAsync(context)
        : new HttpRefusal(StatusCodes.Status404NotFound, "Nothing here.", null).WriteAsync(context);

    private void RefuseUnproxied(string address) => _endpoints.Values.FirstOrDefault()?.Refused(
        new RefusedHandshake(StatusCodes.Status400BadRequest, address, "", "A trusted proxy has not begun with a PROXY protocol header."));

    /// <summary>Whose request it is, as far as that is known: that of its path, else of the first component on this port.</summary>
    private PeerEndpoint? EndpointOf(IFeatureCollection features) =>
        _endpoints.TryGetValue(features.Get<IHttpRequestFeature>()?.Path ?? "", out var endpoint) ? endpoint : _endpoints.Values.FirstOrDefault();

    /// <summary>What Kestrel refuses before there is a request to serve, such as one that does not come to its end in time.</summary>
    private sealed class KestrelRefusals(WebSocketListener listener) : IObserver<KeyValuePair<string, object?>>
    {
        /// <summary>Named in the documentation of Kestrel's diagnostics; its value is the features of the request.</summary>
        public const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value is IFeatureCollection features && features.Get<IBadRequestExceptionFeature>()?.Error is Microsoft.AspNetCore.Http.BadHttpRequestException { StatusCode: var status })
            {
                // Not the error's own text, which may show a part of the request.
                var reason = status == StatusCodes.Status408RequestTimeout
                    ? "Its request was not complete within handshake_timeout."
                    : "It is not an HTTP request that can be served.";
                listener.EndpointOf(features)?.Refused(features, status, reason);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    private sealed class Application(WebSocketListener listener) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => listener.HandleAsync(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
