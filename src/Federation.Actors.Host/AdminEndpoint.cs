using Akka.Actor;
using Akka.Hosting;
using Federation.Actors.Health;
using Federation.Actors.Messages;
using Federation.Actors.Settings;
using Federation.Actors.Supervision;
using Federation.Actors.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace Federation.Actors.Host;

/// <summary>Answers metrics and health over HTTP, from before the node's first connection until after its last.</summary>
internal sealed class AdminEndpoint(AdminSettings settings, FederationMetrics metrics, IReadOnlyActorRegistry actors, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    /// <summary>Time the node has to say how it is. A node that needs longer is not well.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    private WebApplication? _web;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls(new UriBuilder("http", settings.Host, settings.Port).ToString());
        _web = builder.Build();
        Map(_web);
        await _web.StartAsync(cancellationToken);
        loggers.CreateLogger<AdminEndpoint>().LogInformation(LogEvents.AdminListening.Id, "Metrics and health are on {Address}", _web.Urls.First());
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => _web?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _web?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Map(WebApplication web)
    {
        web.MapGet("/metrics", WriteMetricsAsync);
        web.MapPost("/components/{component}/reconnect", ReconnectAsync);
        web.MapGet("/live", static () => Results.Text("live\n"));
        web.MapGet("/ready", async () => await ReportAsync() is { Ready: true } ? Results.Text("ready\n") : NotYet("not ready\n"));
        web.MapGet("/health", async () => await ReportAsync() is { } report ? Json(report, report.Healthy) : NotYet("no answer from the node\n"));
        web.MapGet("/health/{component}", async (string component) => await ReportAsync() is not { } report ? NotYet("no answer from the node\n")
            : report.Components.TryGetValue(component, out var health) ? Json(health, health.Healthy)
            : Unknown(report));
    }

    /// <summary>Dials at once what a component has given up or waits to dial.</summary>
    private async Task<IResult> ReconnectAsync(string component, HttpRequest request)
    {
        // A page in a browser can post to this port without being able to read the answer.
        if (request.Headers.Origin.Count > 0)
        {
            return Results.Text("not for browsers\n", statusCode: StatusCodes.Status403Forbidden);
        }

        if (await ReportAsync() is not { } report || !actors.TryGet<FederationSupervisor>(out var supervisor))
        {
            return NotYet("no answer from the node\n");
        }

        if (!report.Components.ContainsKey(component))
        {
            return Unknown(report);
        }

        try
        {
            var answer = await supervisor.Ask<ComponentProtocol.Reconnecting>(new ComponentProtocol.Reconnect(component), AnswerTimeout);
            return Results.Text($"{component} {answer.Text}\n", statusCode: answer.Started ? StatusCodes.Status202Accepted : StatusCodes.Status409Conflict);
        }
        catch (AskTimeoutException)
        {
            return NotYet("no answer from the component\n");
        }
    }

    private static IResult Unknown(HealthReport report) =>
        Results.Text($"no component of this name; there are: {string.Join(", ", report.Components.Keys)}\n", statusCode: StatusCodes.Status404NotFound);

    private static IResult NotYet(string text) => Results.Text(text, statusCode: StatusCodes.Status503ServiceUnavailable);

    private static IResult Json<T>(T value, bool healthy) =>
        Results.Json(value, HealthJson.Options, statusCode: healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private Task WriteMetricsAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusConstants.TextContentTypeWithVersionAndEncoding;
        return metrics.Registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>How the node is; null when it does not say so in time, because it starts, ends or is stuck.</summary>
    private async Task<HealthReport?> ReportAsync()
    {
        try
        {
            return actors.TryGet<FederationSupervisor>(out var supervisor)
                ? await supervisor.Ask<HealthReport>(HealthProtocol.GetReport.Instance, AnswerTimeout)
                : null;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
