using Federation.Actors.Health;
using Federation.Actors.Host.Dashboard;
using Federation.Actors.Messages;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace Federation.Actors.Host;

/// <summary>Answers metrics, health and the dashboard over HTTP, from before the node's first connection until after its last.</summary>
internal sealed class AdminEndpoint(
    FederationSettings settings, FederationMetrics metrics, NodeCaller node, DashboardFeed feed, AdminAccess access, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    private WebApplication? _web;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls(new UriBuilder("http", settings.Admin.Host, settings.Admin.Port).ToString());
        _web = builder.Build();
        Map(_web);
        await _web.StartAsync(cancellationToken);
        feed.Start();
        loggers.CreateLogger<AdminEndpoint>().LogInformation(LogEvents.AdminListening.Id, "Dashboard, metrics and health are on {Address}", _web.Urls.First());
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await feed.DisposeAsync();
        if (_web is { } web)
        {
            await web.StopAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _web?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Map(WebApplication web)
    {
        string[] components = [.. settings.Components.Select(static component => component.Name)];
        new DashboardApi(node, feed, access, components).Map(web);
        new ControlApi(node, access, components, lifetime.StopApplication).Map(web);
        web.MapGet("/metrics", WriteMetricsAsync);
        web.MapGet("/live", static () => Results.Text("live\n"));
        web.MapGet("/ready", async () => await ReportAsync() is { Ready: true } ? Results.Text("ready\n") : AdminAnswers.NoAnswer("not ready\n"));
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

    private Task<HealthReport?> ReportAsync() => node.AskAsync<HealthReport>(HealthProtocol.GetReport.Instance);
}
