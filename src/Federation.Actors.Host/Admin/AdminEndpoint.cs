using Federation.Actors.Diagnostics;
using Federation.Actors.Host.Admin.Dashboard;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Kestrel;
using Federation.Actors.Sockets.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace Federation.Actors.Host.Admin;

/// <summary>Serves metrics, health and the dashboard over HTTP, from before the node's first connection until after its last.</summary>
internal sealed class AdminEndpoint(
    FederationSettings settings, FederationMetrics metrics, NodeCaller node, DashboardFeed feed,
    AdminAccess access, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    /// <summary>Time for a request, after connecting and between two requests: connections are few.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly PacedTransport _transport = new(DescriptorBudget.AdminConnections, loggers, DescriptorBudget.Limit());
    private WebApplication? _web;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure).UseUrls(
            new UriBuilder("http", settings.Admin.Host, settings.Admin.Port).ToString());
        builder.Services.AddSingleton<IConnectionListenerFactory>(_transport);
        _web = builder.Build();
        Map(_web);
        await _web.StartAsync(cancellationToken);
        feed.Start();
        CompareDescriptors();
        loggers.CreateLogger<AdminEndpoint>().LogInformation(
            LogEvents.AdminListening.Id, "Dashboard, metrics and health are on {Address}", _web.Urls.First());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await feed.DisposeAsync();
        if (_web is { } web)
        {
            await web.StopAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is { } web)
        {
            await web.DisposeAsync();
        }

        _transport.Dispose();
    }

    private void Configure(KestrelServerOptions options)
    {
        options.Limits.RequestHeadersTimeout = RequestTimeout;
        options.Limits.KeepAliveTimeout = RequestTimeout;
        options.ConfigureEndpointDefaults(listen => listen.Use(next => connection => PendingPlace.RunAsync(next, connection, _transport)));
    }

    private void CompareDescriptors()
    {
        var needed = DescriptorBudget.Needed(settings);
        if (DescriptorBudget.Limit() is { } limit && limit < needed)
        {
            loggers.CreateLogger<AdminEndpoint>().LogWarning(
                LogEvents.DescriptorsShort.Id,
                "The settings allow for {Needed} descriptors (max_connections and max_pending_handshakes of every component, admin "
                + "connections, the node itself); "
                + "the process may have {Limit}. New connections wait when they run out: raise the limit (LimitNOFILE, ulimit -Hn) or "
                + "lower max_connections",
                needed, limit);
        }
    }

    private void Map(WebApplication web)
    {
        string[] components = [.. settings.Components.Select(static component => component.Name)];
        new DashboardApi(node, feed, access, components).Map(web);
        new TryApi(node, access, settings).Map(web);
        new ControlApi(node, access, components, lifetime.StopApplication).Map(web);
        web.MapGet("/metrics", WriteMetricsAsync);
        web.MapGet("/live", static () => Results.Text("live\n"));
        web.MapGet(
            "/ready", async () => await ReportAsync() is { Ready: true } ? Results.Text("ready\n") : AdminAnswers.NoAnswer("not ready\n"));
        web.MapGet("/health", async () => await ReportAsync() is { } report ? Json(report, report.Healthy) : AdminAnswers.NoAnswer());
        web.MapGet("/health/{component}", async (string component) => await ReportAsync() is not { } report ? AdminAnswers.NoAnswer()
            : report.Components.TryGetValue(component, out var health) ? Json(health, health.Healthy)
            : AdminAnswers.UnknownComponent(components));
    }

    private static IResult Json<T>(T value, bool healthy) =>
        Results.Json(value, HealthJson.Options, statusCode: healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private Task WriteMetricsAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusConstants.TextContentTypeWithVersionAndEncoding;
        return metrics.Registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }

    private Task<FederationHealth?> ReportAsync() => node.AskAsync<FederationHealth>(HealthProtocol.GetReport.Instance);
}
