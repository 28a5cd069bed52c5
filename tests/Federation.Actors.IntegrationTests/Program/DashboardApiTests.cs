using System.Net;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>What the dashboard is made of: its page, its JSON and its stream.</summary>
public sealed class DashboardApiTests
{
    [Fact]
    public async Task State_peers_events_and_history_show_what_a_peer_does()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        using var http = new HttpClient { BaseAddress = node.Admin };
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "edge", lasting: true);
        await sender.SendAsync(10);
        await sender.AllAnsweredAsync();

        var state = await GetAsync(http, "api/state");
        Assert.Equal("running", Text(state, "status"));
        Assert.False(state.GetProperty("control").GetBoolean());
        var component = Assert.Single(state.GetProperty("components").EnumerateArray());
        Assert.Equal(("edge-in", "server"), (Text(component, "name"), Text(component, "mode")));
        var receiving = component.GetProperty("receiving");
        Assert.Equal((10, 10), (receiving.GetProperty("received").GetInt64(), receiving.GetProperty("acked").GetInt64()));
        var queue = receiving.GetProperty("queue");
        Assert.Equal(("block", 1000, 0.8, 0.6), (Text(queue, "policy"), queue.GetProperty("capacity").GetInt32(),
            queue.GetProperty("slow_above").GetDouble(), queue.GetProperty("slow_below").GetDouble()));
        Assert.Equal(JsonValueKind.Null, component.GetProperty("sending").ValueKind);

        var peers = await GetAsync(http, "api/peers");
        var peer = Assert.Single(peers.GetProperty("peers").EnumerateArray());
        Assert.Equal(("edge", "connected", 10, 1), (
            Text(peer, "identity"), Text(peer, "state"), peer.GetProperty("received").GetInt64(), peers.GetProperty("total").GetInt32()));
        Assert.Equal(0, (await GetAsync(http, "api/peers?filter=nobody")).GetProperty("found").GetInt32());

        var kinds = (await GetAsync(http, "api/events")).GetProperty("events")
            .EnumerateArray().Select(static said => Text(said, "kind")).ToList();
        Assert.Superset(new HashSet<string?>(StringComparer.Ordinal)
            { "listening", "nats_connected", "peer_connected" }, kinds.ToHashSet(StringComparer.Ordinal));
        await Eventually.TrueAsync(
            async () => (await GetAsync(http, "api/history?component=edge-in")).GetProperty("components").EnumerateArray()
                .Any(static history => history.GetProperty("at").GetArrayLength() >= 2), "two samples");

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("api/history?component=other")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("api/peers?component=other")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("api/peers?limit=1001")).StatusCode);
    }

    [Fact]
    public async Task The_page_brings_all_it_needs_and_lets_nothing_else_run()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        using var http = new HttpClient { BaseAddress = node.Admin };

        using var page = await http.GetAsync("");

        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'; script-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var html = await page.Content.ReadAsStringAsync();
        Assert.DoesNotContain("innerHTML", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", html, StringComparison.Ordinal);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "api/state") { Headers = { Host = "evil.example" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(rebound)).StatusCode);
    }

    [Fact]
    public async Task The_stream_shows_a_peer_come_and_go_and_a_browser_goes_on_where_it_was()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        using var http = new HttpClient { BaseAddress = node.Admin };
        await using var stream = await ServerSentEvents.OpenAsync(http);
        await stream.OneAsync("state", static state => state.GetProperty("totals").GetProperty("connections").GetInt32() == 0);

        var sender = await NumberedSender.ConnectAsync(node.Url, "edge", lasting: true);
        await using (sender)
        {
            await stream.OneAsync("state", static state => state.GetProperty("totals").GetProperty("connections").GetInt32() == 1);
            var came = await stream.OneAsync("event", static said => Text(said, "kind") is "peer_connected");
            Assert.Equal("edge", Text(came, "peer"));
        }

        var went = await stream.OneAsync("event", static said => Text(said, "kind") is "peer_disconnected");
        var seen = stream.Received.Where(static one => one.Id.Length > 0).Select(static one => one.Id).ToList();
        Assert.Equal(Text(went, "id"), seen[^1]);
        await using var again = await ServerSentEvents.OpenAsync(http, seen[^2]);
        await again.OneAsync("state", static _ => true);
        Assert.Equal([seen[^1]], again.Received.Where(static one => one.Id.Length > 0).Select(static one => one.Id));
    }

    [Fact]
    public async Task NATS_that_is_killed_shows_within_three_seconds_and_so_does_its_return()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        using var http = new HttpClient { BaseAddress = node.Admin };
        await Eventually.TrueAsync(async () => await LevelAsync(http) is "ok", "well");

        await Promise.IsKeptAsync(TimeSpan.FromSeconds(3), async () =>
        {
            using (var server = System.Diagnostics.Process.GetProcessById(nats.Pid))
            {
                server.Kill();
            }

            var taken = await Promise.MeasureAsync(
                () => Eventually.TrueAsync(async () => await LevelAsync(http) is "error", "NATS is lost"));
            var lost = await GetAsync(http, "api/state");
            Assert.StartsWith(
                "edge-in has had no connection to NATS for ", Text(lost.GetProperty("headline"), "text"), StringComparison.Ordinal);
            await nats.RestartAsync();
            await Eventually.TrueAsync(async () => await LevelAsync(http) is "ok", "well again");
            return taken;
        });
        await Eventually.TrueAsync(
            async () =>
                (await GetAsync(http, "api/events")).GetProperty("events").EnumerateArray().Select(static said => Text(said, "kind"))
                .Where(static kind => kind is "nats_lost" or "nats_connected").Take(3)
                    .SequenceEqual(["nats_connected", "nats_lost", "nats_connected"], StringComparer.Ordinal), "the story");
    }

    [Fact]
    public async Task More_streams_than_there_may_be_are_refused_with_a_reason()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        using var http = new HttpClient { BaseAddress = node.Admin };
        var streams = new List<ServerSentEvents>();
        try
        {
            for (var i = 0; i < 32; i++)
            {
                streams.Add(await ServerSentEvents.OpenAsync(http));
            }

            using var refused = await http.GetAsync("api/stream");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("32 dashboards are already open", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            foreach (var stream in streams)
            {
                await stream.DisposeAsync();
            }
        }
    }

    private static async Task<JsonElement> GetAsync(HttpClient http, string path) =>
        JsonDocument.Parse(await http.GetStringAsync(path)).RootElement;

    private static async Task<string?> LevelAsync(HttpClient http) =>
        Text((await GetAsync(http, "api/state")).GetProperty("headline"), "level");

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
