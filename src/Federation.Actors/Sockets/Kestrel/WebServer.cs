using System.Diagnostics;
using System.Net;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;
using Federation.Actors.Sockets.Server;
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

namespace Federation.Actors.Sockets.Kestrel;

/// <summary>Kestrel without a web host: no signal handler stops it before its sockets are drained, and it starts in
/// milliseconds.</summary>
internal sealed class WebServer(
    ServerSettings settings, ServerTls? tls, ILoggerFactory loggers,
    RequestDelegate serve, Action<IFeatureCollection, int> refused, Action<string> unproxied)
    : IHttpApplication<HttpContext>, IObserver<KeyValuePair<string, object?>>, IAsyncDisposable
{
    private const int MaxHeaderBytes = 16 * 1024;

    private const int MaxHeaders = 64;

    /// <summary>Kestrel's default of 1 MiB would be a gigabyte for a thousand connections that wait for a full queue. Two of the largest
    /// reads of a <see cref="CoalescingStream"/> keep the network busy during one of them.</summary>
    private const int MaxReadAheadBytes = 128 * 1024;

    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private readonly TimeSpan _grace = TimeSpan.FromSeconds(1);

    private readonly DiagnosticListener _diagnostics = new("Federation.Actors.WebSocketListener");
    private readonly PacedTransport _transport = new(settings.MaxPendingHandshakes, loggers, DescriptorBudget.Limit());
    private readonly RequestHeartbeat? _heartbeat = settings.LeanConnections ? new RequestHeartbeat(Clock.System.Time) : null;
    private readonly TrustedProxies? _proxies = settings.ProxyProtocol ? new TrustedProxies(settings.TrustedProxies) : null;
    private ServiceProvider? _services;
    private IServer? _server;

    public int Port { get; private set; }

    public void AllowPending(int maxPendingHandshakes) => _transport.AllowOpen(maxPendingHandshakes);

    public async Task StartAsync(IReadOnlyList<IPAddress> addresses, CancellationToken cancel)
    {
        // The builder registers what belongs to Kestrel, such as the pool of its buffers. Nothing is built but the server.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Configure(options, addresses));
        builder.Services.AddSingleton<IConnectionListenerFactory>(_transport);
        builder.Services.AddSingleton(_heartbeat is null ? loggers : new UnscopedLoggerFactory(loggers));
        builder.Services.AddSingleton<DiagnosticSource>(_diagnostics);
        _diagnostics.Subscribe(this, static name => string.Equals(name, BadRequest, StringComparison.Ordinal));
        _services = builder.Services.BuildServiceProvider();
        _server = _services.GetRequiredService<IServer>();
        await _server.StartAsync(this, cancel);
        Port = BindingAddress.Parse(_server.Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        _heartbeat?.Dispose();
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

    HttpContext IHttpApplication<HttpContext>.CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    Task IHttpApplication<HttpContext>.ProcessRequestAsync(HttpContext context) => serve(context);

    void IHttpApplication<HttpContext>.DisposeContext(HttpContext context, Exception? exception)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is IFeatureCollection features
            && features.Get<IBadRequestExceptionFeature>()?.Error is Microsoft.AspNetCore.Http.BadHttpRequestException fault)
        {
            refused(features, fault.StatusCode);
        }
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }

    private void Configure(KestrelServerOptions options, IReadOnlyList<IPAddress> addresses)
    {
        options.AddServerHeader = false;
        options.Limits.RequestHeadersTimeout = settings.HandshakeTimeout;
        options.Limits.KeepAliveTimeout = settings.HandshakeTimeout;
        options.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        options.Limits.MaxRequestHeaderCount = MaxHeaders;
        options.Limits.MaxRequestLineSize = MaxHeaderBytes;
        options.Limits.MaxRequestBufferSize = MaxReadAheadBytes;
        options.Limits.MaxConcurrentUpgradedConnections = null;
        options.ConfigureEndpointDefaults(Configure);
        foreach (var address in addresses)
        {
            options.Listen(address, settings.HttpPort);
        }

        if (addresses.Count == 0)
        {
            // IPv4 and IPv6, whichever of them there is.
            options.ListenLocalhost(settings.HttpPort);
        }
    }

    private void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (_proxies is not null || tls is not null || _heartbeat is null)
        {
            listen.Use(next => connection => PendingPlace.RunAsync(next, connection, _transport));
        }

        if (_proxies is { } proxies)
        {
            listen.Use(next => connection => ProxiedConnection.RunAsync(next, proxies, settings.HandshakeTimeout, unproxied, connection));
        }

        if (tls is not null)
        {
            listen.UseHttps(new TlsHandshakeCallbackOptions { HandshakeTimeout = settings.HandshakeTimeout,
                OnConnection = _ => ValueTask.FromResult(tls.Options()) });
        }

        if (_heartbeat is { } heartbeat)
        {
            // The last before HTTP, whose end it sees.
            listen.Use(next => connection => ConnectionHandover.RunAsync(next, heartbeat, _transport, connection));
        }
    }
}

/// <summary>Loggers without scopes: Kestrel keeps one for the life of each connection, 0.15 KB, and its messages name the connection
/// anyway.</summary>
internal sealed class UnscopedLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Unscoped(inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
    }

    private sealed class Unscoped(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
