using System.Net;
using System.Net.WebSockets;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Embedding;

/// <summary>The sample of a web shop whose sharded entities are fed by edges, as a process.</summary>
public sealed class ShopTests
{
    private const string ListensOn = "Now listening on: ";

    [Fact]
    public async Task A_report_is_acked_when_its_entity_has_it_and_can_then_be_looked_up()
    {
        await using var shop = FederationProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "Shop"), directory: null, environment: null, "--urls", "http://127.0.0.1:0");
        await shop.SaysAsync(ListensOn);
        var line = shop.Output.First(static line => line.Contains(ListensOn, StringComparison.Ordinal));
        var url = new Uri(line[(line.IndexOf(ListensOn, StringComparison.Ordinal) + ListensOn.Length)..].Trim());
        using var http = new HttpClient { BaseAddress = url };
        await using var freezer = await TestPeer.ConnectAsync(
            new UriBuilder(url)
                { Scheme = "ws", Path = "/ingest" }.Uri, static options => options.SetRequestHeader("X-Federation-Peer", "freezer-7"));

        await freezer.SendAsync(TestPeer.Data("1", """{"celsius":-18.5}"""));
        await freezer.SendAsync(TestPeer.Data("2", """{"fahrenheit":0}"""));

        Assert.Equal("1", (await freezer.ReceiveAsync("ack")).GetProperty("id").GetString());
        Assert.Equal("""{"name":"freezer-7","celsius":-18.5}""",
            await http.GetStringAsync(new Uri("/freezers/freezer-7", UriKind.Relative)));
        Assert.Equal("2", (await freezer.ReceiveAsync("nack")).GetProperty("id").GetString());
        using var unknown = await http.GetAsync(new Uri("/freezers/freezer-8", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri("/health", UriKind.Relative)));

        shop.Signal(ProcessSignal.Terminate);

        Assert.Equal(0, await shop.ExitedAsync());
        await freezer.Closed;
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, freezer.CloseStatus);
    }
}
