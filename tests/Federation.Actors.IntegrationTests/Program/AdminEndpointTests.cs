using System.Net;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>What the admin endpoint answers.</summary>
public sealed class AdminEndpointTests
{
    [Fact]
    public async Task Health_metrics_and_probes_tell_how_the_node_is()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), "--set", "federation.metrics.prefix=semstreams_");
        using var http = new HttpClient { BaseAddress = node.Admin };
        await Eventually.TrueAsync(async () => await StatusAsync(http, "ready") == HttpStatusCode.OK, "ready");
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "edge");
        await sender.SendAsync(10);
        await sender.AllAnsweredAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "live"));
        var component = JsonDocument.Parse(await http.GetStringAsync("health/edge-in")).RootElement;
        Assert.True(component.GetProperty("healthy").GetBoolean());
        Assert.Equal(1, component.GetProperty("details").GetProperty("connections").GetProperty("active").GetInt32());
        Assert.True(
            JsonDocument.Parse(await http.GetStringAsync("health")).RootElement.GetProperty("components").TryGetProperty("edge-in", out _));
        var metrics = await http.GetStringAsync("metrics");
        Assert.Contains("semstreams_websocket_input_acks_sent_total{component=\"edge-in\"} 10\n", metrics, StringComparison.Ordinal);
        Assert.Contains("semstreams_websocket_input_messages_published_total{component=\"edge-in\",subject=\"federated.data\"} 10\n",
            metrics, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(http, "health/other"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(http, "other"));
    }

    [Fact]
    public async Task A_node_without_NATS_stays_up_is_not_ready_and_in_time_not_healthy()
    {
        var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), "--set", "federation.components.edge-in.health.nats_lost_unhealthy_after=200ms");
        using var http = new HttpClient { BaseAddress = node.Admin };
        await Eventually.TrueAsync(async () => await StatusAsync(http, "ready") == HttpStatusCode.OK, "ready");

        await nats.DisposeAsync();

        await Eventually.TrueAsync(async () => await StatusAsync(http, "health") == HttpStatusCode.ServiceUnavailable, "unhealthy");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http, "ready"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http, "health/edge-in"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "live"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(path);
        return response.StatusCode;
    }
}
