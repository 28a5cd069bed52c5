using System.Net;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Federation.Actors.IntegrationTests.Embedding;

/// <summary>A node in the health checks of the program that embeds it.</summary>
public sealed class HealthCheckTests
{
    private static readonly ComponentSettings Publishing = EmbeddedApp.Component with
    {
        Ports = new PortsSettings { Outputs = [new OutputPortSettings { Name = "ws_data", Subject = "federated.data" }] },
    };

    [Fact]
    public async Task A_node_that_has_all_it_needs_is_healthy()
    {
        await using var app = await StartAsync(EmbeddedApp.Component);

        await Eventually.TrueAsync(async () => await StatusAsync(app, "/health") == (HttpStatusCode.OK, "Healthy"), "healthy");

        var report = await CheckAsync(app);
        Assert.Equal(
            ["federation.components.edge-in", "federation.live", "federation.ready"], report.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("listening", report.Entries["federation.components.edge-in"].Data["status"]);
    }

    [Fact]
    public async Task While_NATS_is_away_the_component_is_degraded_and_the_node_not_ready_but_alive()
    {
        await using var app = await StartAsync(Publishing);

        var report = await CheckAsync(app);

        Assert.Equal(HealthStatus.Degraded, report.Entries["federation.components.edge-in"].Status);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["federation.ready"].Status);
        Assert.Equal("not ready: edge-in", report.Entries["federation.ready"].Description);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), await StatusAsync(app, "/ready"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await StatusAsync(app, "/live"));
    }

    [Fact]
    public async Task A_component_whose_NATS_stays_away_is_unhealthy()
    {
        await using var app = await StartAsync(
            Publishing with { Health = new HealthSettings { NatsLostUnhealthyAfter = TimeSpan.FromMilliseconds(1) } });

        await Eventually.TrueAsync(
            async () => (await CheckAsync(app)).Entries["federation.components.edge-in"].Status == HealthStatus.Unhealthy, "unhealthy");

        Assert.StartsWith("NATS has been unreachable for",
            (await CheckAsync(app)).Entries["federation.components.edge-in"].Description, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), await StatusAsync(app, "/health"));
    }

    private static Task<EmbeddedApp> StartAsync(ComponentSettings component) => EmbeddedApp.StartAsync(
        component,
        services: static services => services.AddHealthChecks(),
        map: static web =>
        {
            web.MapHealthChecks("/health");
            web.MapHealthChecks("/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("readiness") });
            web.MapHealthChecks("/live", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("liveness") });
            web.MapFederation("/ingest", "edge-in");
        });

    private static Task<HealthReport> CheckAsync(EmbeddedApp app) =>
        app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    private static async Task<(HttpStatusCode Status, string Text)> StatusAsync(EmbeddedApp app, string path)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(app.Url(path));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
