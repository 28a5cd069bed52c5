using System.Diagnostics;
using System.Globalization;

namespace Federation.Actors.Benchmarks;

/// <summary>Runs a plan: the contenders of each case in turn (A B A B), then latencies at half of what each can do, then fan-out.</summary>
internal sealed class Suite(Plan plan, Arena arena)
{
    // A first guess, far below what the slowest can do in a second.
    private const int WarmUp = 20_000;

    // Until the latencies of a contender go down no more.
    private const int WarmUpSeconds = 10;

    private readonly List<Outcome> _outcomes = [];
    private readonly List<Latency> _latencies = [];

    /// <summary>Runs the plan and returns the exit code: 1 when a bar is missed.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="folder">Where the results go.</param>
    /// <param name="stop">Ends the run.</param>
    public static async Task<int> RunAsync(Plan plan, string folder, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var idle = await Machine.LookAsync(TimeSpan.FromSeconds(2), stop);
        Report results;
        await using (var arena = await Arena.StartAsync(folder, stop))
        {
            results = await new Suite(plan, arena).RunAsync(idle, stop);
        }

        var fanOut = new List<FanOutRun>();
        foreach (var (peers, rates) in plan.FanOut)
        {
            fanOut.AddRange(await FanOut.RunAsync(peers, rates, seconds: 5, stop));
        }

        results = results with { FanOut = fanOut, Verdicts = Bars.Judge(results) };
        results.Verdicts.ForEach(Console.WriteLine);
        await results.WriteAsync(folder, stop);
        return results.Verdicts.Exists(static verdict => !verdict.IsMet) ? 1 : 0;
    }

    private async Task<Report> RunAsync(double idle, CancellationToken stop)
    {
        var (all, ours, clock) = (Machine.AllSeconds(), arena.OurSeconds, Stopwatch.StartNew());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Name}: {plan.Rounds} rounds in turn, medians; unanswered: at most, of all connections together"));
        Console.WriteLine(
            "conns   bytes   unanswered   contender             msg/s   CPU us/msg   alloc B/msg   peak MiB   generator/contender CPU");
        foreach (var @case in plan.Cases)
        {
            await RunAsync(@case, stop);
        }

        Console.WriteLine("at half of that rate, from due time to ack");
        Console.WriteLine("conns   contender             msg/s     p50 us     p99 us   p99.9 us");
        foreach (var connections in plan.HalfRateConnections)
        {
            await MeasureLatencyAsync(connections, stop);
        }

        var others = Math.Max(0, (Machine.AllSeconds() - all - (arena.OurSeconds - ours)) / clock.Elapsed.TotalSeconds);
        Console.WriteLine(Machine.Describe("meanwhile other programs used", others));
        return new Report(plan.Name, idle, others, _outcomes, _latencies);
    }

    private async Task RunAsync(Case @case, CancellationToken stop)
    {
        var racers = @case.Contenders.Where(arena.Racers.ContainsKey).Select(name => arena.Racers[name]).ToArray();
        var messages = new int[racers.Length];
        for (var i = 0; i < racers.Length; i++)
        {
            // The runtimes compile what is hot meanwhile; the second of these says how many messages make a run.
            racers[i].ForgetPeak();
            var first = await racers[i].RunAsync(@case, WarmUp, stop);
            var second = await racers[i].RunAsync(@case, Length(first), stop);
            messages[i] = Length(second);
        }

        var runs = racers.Select(static _ => new List<Run>()).ToArray();
        for (var round = 0; round < plan.Rounds; round++)
        {
            for (var i = 0; i < racers.Length; i++)
            {
                runs[i].Add(await racers[i].RunAsync(@case, messages[i], stop));
            }
        }

        for (var i = 0; i < racers.Length; i++)
        {
            var outcome = Outcome.Of(racers[i], @case, runs[i]);
            _outcomes.Add(outcome);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{outcome.Connections,5} {outcome.Size,7} {outcome.Window,12:N0}   {outcome.Contender,-15} {outcome.Rate,11:N0} "
                    + $"{outcome.CpuPerMessage,12:0.00} {outcome.AllocatedPerMessage?.ToString("0") ?? "-",13} "
                    + $"{outcome.PeakMemory,10:0} {outcome.GeneratorShare,25:0.00}"));
        }
    }

    private int Length(Run run) => (int)Math.Clamp(run.Rate * plan.Seconds, WarmUp / 2, 4_000_000);

    private FixedRate Load(IRacer racer, int connections) => new(((ServerRacer)racer).Contender, arena.FramesOf(Plan.Small), connections);

    private async Task MeasureLatencyAsync(int connections, CancellationToken stop)
    {
        var racing = _outcomes
            .Where(outcome => outcome.Connections == connections && outcome is { Size: Plan.Small, Window: Plan.SmallWindow })
            .Select(outcome => (outcome.Rate, Racer: arena.Racers[outcome.Contender]))
            .Where(static pair => pair.Racer is ServerRacer && pair.Racer.Name is not ContenderNames.ReceiveOnly)
            .Select(pair => (pair.Racer.Name, Rate: pair.Rate / 2, Load: Load(pair.Racer, connections)))
            .ToList();
        if (racing.Find(static pair => pair.Name is ContenderNames.Bare) is { Load: not null } bare)
        {
            // Half of what the node can do is more than half of what the bare loop can: this compares the two under one load.
            racing.Add((ContenderNames.NodeAtBareRate, bare.Rate, Load(arena.Racers[ContenderNames.Node], connections)));
        }

        // What is hot at this load is not what was hot at the most: it is compiled meanwhile.
        foreach (var (_, rate, load) in racing)
        {
            await load.RunAsync(rate, WarmUpSeconds, stop);
        }

        var runs = racing.Select(static _ => new List<Latency>()).ToArray();
        for (var round = 0; round < plan.Rounds; round++)
        {
            for (var i = 0; i < racing.Count; i++)
            {
                runs[i].Add((await racing[i].Load.RunAsync(racing[i].Rate, plan.Seconds * 2, stop)) with { Contender = racing[i].Name });
            }
        }

        foreach (var rounds in runs)
        {
            var latency = rounds[0] with
            {
                P50 = Race.Median(rounds.Select(static run => run.P50)),
                P99 = Race.Median(rounds.Select(static run => run.P99)),
                P999 = Race.Median(rounds.Select(static run => run.P999)),
            };
            _latencies.Add(latency);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{connections,5}   {latency.Contender,-15} {latency.Rate,11:N0} {latency.P50,10:N0} {latency.P99,10:N0} "
                    + $"{latency.P999,10:N0}"));
        }
    }
}
