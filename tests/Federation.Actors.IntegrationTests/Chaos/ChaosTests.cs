using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Federation.Actors.IntegrationTests.Chaos;

/// <summary>Kill anything at any moment: what was acked is in the stream, once, in order, as it was sent.</summary>
[Collection(nameof(ChaosTests))]
[Trait("Servers", "All")]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int PerSecond = 10_000;

    [Fact]
    public Task The_node_is_killed() => SurviveAsync(1, Repeat(5, Fault.KillNode));

    [Fact]
    public Task The_bus_is_killed() => SurviveAsync(2, Repeat(5, Fault.KillNats));

    [Fact]
    public Task Both_are_killed_at_random() => SurviveAsync(3, Limit(6, random => random.Next(2) == 0 ? Fault.KillNode : Fault.KillNats));

    [Fact]
    public Task The_way_between_them_stalls_delays_cuts_and_resets() => SurviveAsync(
        4, Each(Fault.CutLink, Fault.ResetLink, Fault.DelayLink, Fault.CutLink, Fault.StallLink, Fault.ResetLink));

    [Fact]
    public Task Either_is_frozen() => SurviveAsync(5, Each(Fault.FreezeNats, Fault.FreezeNode));

    [Fact]
    public Task Permissions_passwords_the_clock_and_the_stream_change() => SurviveAsync(
        7, Each(Fault.RevokePublish, Fault.StepClock, Fault.RotatePassword, Fault.DeleteStream, Fault.StepClock, Fault.DeleteStream, Fault.RevokePublish));

    /// <summary>How long the long runs take together: CHAOS_MINUTES. 0: they are short ones.</summary>
    internal static double Minutes => double.Parse(Environment.GetEnvironmentVariable("CHAOS_MINUTES") ?? "0", CultureInfo.InvariantCulture);

    /// <summary>Where the faults of the long runs come from: CHAOS_SEED.</summary>
    internal static int Seed => int.Parse(Environment.GetEnvironmentVariable("CHAOS_SEED") ?? "6", CultureInfo.InvariantCulture);

    /// <summary>Half of <c>./run.sh chaos</c>: every fault at random for half of the minutes. Otherwise three faults.</summary>
    [Fact]
    public async Task Everything_at_random()
    {
        var minutes = Minutes / 2;
        var clock = Stopwatch.StartNew();
        var faults = 0;
        await SurviveAsync(Seed, random => clock.Elapsed.TotalMinutes < minutes || ++faults <= 3 ? random.GetItems(Enum.GetValues<Fault>(), 1)[0] : null);
    }

    private static Func<Random, Fault?> Repeat(int times, Fault fault) => Limit(times, _ => fault);

    private static Func<Random, Fault?> Each(params Fault[] faults)
    {
        var next = 0;
        return _ => next < faults.Length ? faults[next++] : null;
    }

    private static Func<Random, Fault?> Limit(int times, Func<Random, Fault> fault)
    {
        var done = 0;
        return random => done++ < times ? fault(random) : null;
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
