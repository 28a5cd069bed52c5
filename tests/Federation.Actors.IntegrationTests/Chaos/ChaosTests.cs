using System.Diagnostics;
using System.Globalization;
using Federation.Actors.IntegrationTests.Support;
using Xunit.Abstractions;

namespace Federation.Actors.IntegrationTests.Chaos;

/// <summary>Kill anything at any moment: what was acked is in the stream, once, in order, as it was sent.</summary>
[Collection(nameof(ChaosTests))]
[Trait(Tool.Needs, "faketime")]
public sealed class ChaosTests(ITestOutputHelper output)
{
    [Fact]
    public Task Either_is_killed() => SurviveAsync(1, Each(Fault.KillNode, Fault.KillNats, Fault.KillNats, Fault.KillNode));

    [Fact]
    public Task Either_is_frozen() => SurviveAsync(5, Each(Fault.FreezeNats, Fault.FreezeNode));

    [Fact]
    public Task The_way_between_them_stalls_delays_cuts_and_resets() => SurviveAsync(
        4, Each(Fault.CutLink, Fault.ResetLink, Fault.DelayLink, Fault.CutLink, Fault.StallLink, Fault.ResetLink));

    [Fact]
    public Task Permissions_passwords_the_clock_and_the_stream_change() => SurviveAsync(
        7, Each(Fault.RevokePublish, Fault.StepClock, Fault.RotatePassword, Fault.DeleteStream, Fault.StepClock, Fault.DeleteStream));

    /// <summary>How long the long runs take together: CHAOS_MINUTES. 0: they are short ones.</summary>
    internal static double Minutes =>
        double.Parse(Environment.GetEnvironmentVariable("CHAOS_MINUTES") ?? "0", CultureInfo.InvariantCulture);

    /// <summary>
    /// Messages of all senders together: what a node has to bear in a long run, and in a short one what leaves the machine to other tests.
    /// </summary>
    private static int PerSecond => Minutes > 0 ? 10_000 : 2_000;

    /// <summary>Where the faults of the long runs come from: CHAOS_SEED.</summary>
    internal static int Seed => int.Parse(Environment.GetEnvironmentVariable("CHAOS_SEED") ?? "6", CultureInfo.InvariantCulture);

    /// <summary>Half of <c>./run.sh chaos</c>: every fault at random for half of the minutes. Otherwise three faults.</summary>
    [Fact]
    public async Task Everything_at_random()
    {
        var minutes = Minutes / 2;
        var clock = Stopwatch.StartNew();
        var faults = 0;
        await SurviveAsync(
            Seed, random => clock.Elapsed.TotalMinutes < minutes || ++faults <= 3 ? random.GetItems(Enum.GetValues<Fault>(), 1)[0] : null);
    }

    private static Func<Random, Fault?> Each(params Fault[] faults)
    {
        var next = 0;
        return _ => next < faults.Length ? faults[next++] : null;
    }

    private async Task SurviveAsync(int seed, Func<Random, Fault?> next)
    {
        await using var run = await ChaosRun.StartAsync(seed, PerSecond, text => Progress(output, text));
        Assert.Empty(await run.RunAsync(next));
    }

    /// <summary>Says how it goes, to whoever watches: in the test's output, and in the file that CHAOS_PROGRESS names.</summary>
    internal static void Progress(ITestOutputHelper output, string text)
    {
        output.WriteLine(text);
        if (Environment.GetEnvironmentVariable("CHAOS_PROGRESS") is { Length: > 0 } file)
        {
            File.AppendAllText(file, text + "\n");
        }
    }
}
