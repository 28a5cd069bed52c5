using System.Globalization;

namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>A cluster for all tests that run alone, each of which leaves it as it likes: the next one starts what has ended.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    /// <summary>How many nodes the long run kills: CHAOS_KILLS. 1: it is a short one.</summary>
    internal static int Kills => int.Parse(Environment.GetEnvironmentVariable("CHAOS_KILLS") ?? "1", CultureInfo.InvariantCulture);

    internal ClusterRun Run { get; private set; } = null!;

    public async Task InitializeAsync() => Run = await ClusterRun.StartAsync(hubs: Kills > 1 ? 30 : 6);

    public async Task DisposeAsync() => await Run.DisposeAsync();
}
