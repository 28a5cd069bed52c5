using System.Diagnostics;
using Federation.Actors.IntegrationTests.Support;
using Xunit.Abstractions;

namespace Federation.Actors.IntegrationTests;

/// <summary>Many edges come back to a hub that lets in a few a second, each when the hub has told it to.</summary>
public sealed class RestartStormTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Edges = 60;
    private const int PerSecond = 5;

    private NatsServer _nats = null!;

    public async Task InitializeAsync() => _nats = await NatsServer.StartAsync();

    public async Task DisposeAsync() => await _nats.DisposeAsync();

    [Fact]
    public async Task All_edges_are_back_soon_after_the_ideal_time()
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
            var ideal = TimeSpan.FromSeconds((double)Edges / PerSecond);
            output.WriteLine($"all were back after {clock.Elapsed.TotalSeconds:0.0} s; {ideal.TotalSeconds:0} s are ideal");

            // 1.5 times on a machine with nothing else to do.
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, ideal * 2);
        }
    }

    private Task<TestNode> StartHubAsync(int port, int perSecond) => TestNode.StartAsync(_nats.Url, component => component with
    {
        Server = component.Server with { HttpPort = port, MaxUpgradesPerSecond = perSecond },
    });
}
