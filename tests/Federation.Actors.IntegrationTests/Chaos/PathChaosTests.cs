using System.Diagnostics;
using Xunit.Abstractions;

namespace Federation.Actors.IntegrationTests.Chaos;

/// <summary>
/// Kill any of four processes at any moment: what is in the first stream gets into the second, once, and one at a time also in order.
/// </summary>
[Collection(nameof(ChaosTests))]
public sealed class PathChaosTests(ITestOutputHelper output)
{
    /// <summary>The other half of <c>./run.sh chaos</c>: a quarter of the minutes each. Otherwise each process once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    public async Task Everything_at_random_from_stream_to_stream(int inFlight)
    {
        var minutes = ChaosTests.Minutes / 4;
        var each = Enum.GetValues<PathFault>();
        var clock = Stopwatch.StartNew();
        var faults = 0;
        await using var run = await PathRun.StartAsync(ChaosTests.Seed, inFlight, text => ChaosTests.Progress(output, text));
        Assert.Empty(await run.RunAsync(random =>
        {
            var fault = faults++;
            return clock.Elapsed.TotalMinutes < minutes ? random.GetItems(each, 1)[0] : fault < each.Length ? each[fault] : null;
        }));
    }
}
