using System.Net;
using System.Net.Http.Headers;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>What can be done to a node over HTTP, and by whom.</summary>
public sealed class DashboardControlTests
{
    private const string Secret = "let-me-in-7f3a";
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal) { ["ADMIN_TOKEN"] = Secret };
    private static readonly string[] WithToken = ["--set", "federation.admin.token_env=ADMIN_TOKEN"];

    [Fact]
    public async Task Without_a_token_of_its_own_a_node_is_only_looked_at()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        using var http = new HttpClient { BaseAddress = node.Admin };

        foreach (var path in new[] { "api/drain", "api/components/edge-in/reconnect", "api/components/edge-in/peers/edge/disconnect" })
        {
            using var refused = await PostAsync(http, path, "anything");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("federation.admin.token_env", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("live")).StatusCode);
    }

    [Fact]
    public async Task With_the_token_a_peer_is_disconnected_and_the_node_drained()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url), Environment, WithToken);
        using var http = new HttpClient { BaseAddress = node.Admin };
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "edge", lasting: true);
        await sender.SendAsync(1);
        await sender.AllAnsweredAsync();
        const string Disconnect = "api/components/edge-in/peers/edge/disconnect";

        using (var none = await PostAsync(http, Disconnect, null))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
            Assert.Equal("Bearer", Assert.Single(none.Headers.WwwAuthenticate).Scheme);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(http, Disconnect, "wrong")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(http, "components/edge-in/reconnect", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(http, "components/edge-in/reconnect", Secret)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(http, "api/components/edge-in/peers/nobody/disconnect", Secret)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(http, "api/components/other/peers/edge/disconnect", Secret)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(http, Disconnect, Secret)).StatusCode);
        Assert.Equal(4002, (int?)await sender.ClosedWithAsync());

        await using var stream = await ServerSentEvents.OpenAsync(http);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(http, "api/drain", "wrong")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(http, "api/drain", Secret)).StatusCode);
        Assert.Equal(0, await node.ExitedAsync());
        await stream.Ended;
        Assert.DoesNotContain(Secret, string.Join('\n', node.Output.Concat(node.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_shows_wrong_tokens_too_often_has_to_wait_with_the_right_one_too()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url), Environment, WithToken);
        using var http = new HttpClient { BaseAddress = node.Admin };
        const string Reconnect = "api/components/edge-in/reconnect";
        for (var i = 0; i < 40; i++)
        {
            // None at all is no guess.
            Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(http, Reconnect, null)).StatusCode);
        }

        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(http, Reconnect, $"guess-{i}")).StatusCode);
        }

        foreach (var token in new[] { "guess-30", Secret, null })
        {
            using var throttled = await PostAsync(http, Reconnect, token);
            Assert.Equal(HttpStatusCode.TooManyRequests, throttled.StatusCode);
            Assert.InRange(throttled.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        }

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("api/state")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("live")).StatusCode);
    }

    [Fact]
    public async Task On_a_host_that_others_reach_looking_needs_the_token_and_probes_do_not()
    {
        await using var nats = await NatsServer.StartAsync();

        // 0.0.0.0 is not loopback, and 127.0.0.1 is one of its addresses.
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), Environment, [.. WithToken, "--set", "federation.admin.host=0.0.0.0"]);
        using var http = new HttpClient { BaseAddress = new UriBuilder(node.Admin) { Host = "127.0.0.1" }.Uri };

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("api/state")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("api/stream")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("metrics")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("api/state")).StatusCode);
    }

    [Fact]
    public async Task On_a_host_that_others_reach_a_node_without_a_token_does_not_start()
    {
        var directory = Directory.CreateTempSubdirectory("federation-");
        try
        {
            var file = Path.Combine(directory.FullName, "node.conf");
            await File.WriteAllTextAsync(file, FederationProcess.Configuration("nats://127.0.0.1:4222"));
            await using var node = FederationProcess.Start("run", "--config", file, "--set", "federation.admin.host=0.0.0.0");

            Assert.Equal(2, await node.ExitedAsync());
            await node.SaysAsync("federation.admin.host");
            await node.SaysAsync("admin.token_env");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request);
    }
}
