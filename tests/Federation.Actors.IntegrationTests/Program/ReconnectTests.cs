using System.Globalization;
using System.Net;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>The ways back from a link that has failed.</summary>
public sealed class ReconnectTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_link_is_503_and_comes_back_when_asked_to(bool bySignal)
    {
        await using var nats = await NatsServer.StartAsync();
        var server = await SendingServer.StartAsync();
        var port = server.Url.Port;
        await server.DisposeAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url),
            "--set", "federation.components.edge-in.mode=client",
            "--set", $"federation.components.edge-in.client.url=\"ws://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/stream\"",
            "--set", "federation.components.edge-in.client.reconnect.initial_interval=10ms",
            "--set", "federation.components.edge-in.client.reconnect.max_retries=2");
        using var http = new HttpClient { BaseAddress = node.Admin };
        await node.SaysAsync("it is not dialled again until an operator requests it");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("health")).StatusCode);
        Assert.Equal(1, node.Output.Count(line => line.Contains("not dialled again", StringComparison.Ordinal)));
        await using var again = await SendingServer.StartAsync(port);

        if (bySignal)
        {
            node.Signal(ProcessSignal.HangUp);
        }
        else
        {
            Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsync("components/edge-in/reconnect", null)).StatusCode);
        }

        await Eventually.TrueAsync(async () => (await http.GetAsync("ready")).StatusCode == HttpStatusCode.OK, "ready");
        Assert.Equal(HttpStatusCode.Conflict, (await http.PostAsync("components/edge-in/reconnect", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync("components/other/reconnect", null)).StatusCode);
        using var page = new HttpRequestMessage(HttpMethod.Post, "components/edge-in/reconnect")
            { Headers = { { "Origin", "https://example.com" } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(page)).StatusCode);
    }
}
