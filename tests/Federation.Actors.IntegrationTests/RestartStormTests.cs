using System.Diagnostics;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Settings;

namespace Federation.Actors.IntegrationTests;

/// <summary>Many edges come back to a hub that lets in a few a second, each when the hub has told it to.</summary>
public sealed class RestartStormTests : IAsyncLifetime
{
    private const int Edges = 60;
    private const int PerSecond = 5;

    private NatsServer _nats = null!;

    public async Task InitializeAsync() => _nats = await NatsServer.StartAsync();

    public async Task DisposeAsync() => await _nats.DisposeAsync();

    [Fact]
    public async Task All_edges_are_back_within_one_and_a_half_times_the_ideal_time()
    {
        var hub = await StartHubAsync(0, perSecond: 1000);
        var port = hub.Url.Port;
        await using var edges = await TestNode.StartAsync(new FederationSettings
        {
            Nats = new NatsSettings { Url = _nats.Url },
            Components = [.. Enumerable.Range(0, Edges).Select(i => TestNode.Component($"edge-{i}") with
            {
                Mode = ComponentMode.Client,
                Client = new ClientSettings { Url = hub.Url.ToString() },
            })],
        });
        await edges.WhenAsync(static report => report.Ready, "all are connected");

        await hub.DisposeAsync();
        hub = await StartHubAsync(port, PerSecond);
        var clock = Stopwatch.StartNew();
        await using (hub)
        {
            await Eventually.TrueAsync(async () => await hub.MetricAsync("connections_active") == Edges, "all are back", Patience.Long);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1.5 * Edges / PerSecond);
        }
    }

    private Task<TestNode> StartHubAsync(int port, int perSecond) => TestNode.StartAsync(_nats.Url, component => component with
    {
        Server = component.Server with { HttpPort = port, MaxUpgradesPerSecond = perSecond },
    });
}
