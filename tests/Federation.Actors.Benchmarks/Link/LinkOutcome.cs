using System.Globalization;

namespace Federation.Actors.Benchmarks.Link;

/// <summary>What one link did with payloads of one kind; the numbers are medians of its rounds.</summary>
/// <param name="Name">The link.</param>
/// <param name="Size">Bytes of a payload.</param>
/// <param name="IsVaried">False: the same payload again and again.</param>
/// <param name="Rates">Messages a second, by round.</param>
internal sealed record LinkOutcome(string Name, int Size, bool IsVaried, IReadOnlyList<double> Rates)
{
    public const string Header =
        "contender                                 bytes        msg/s   CPU us/msg   nodes us/msg   bytes there + back   calm p50, p99 "
            + "ms   half p50, p99 ms   lost";

    /// <summary>Messages a second.</summary>
    public double Rate => Race.Median(Rates);

    /// <summary>Microseconds of CPU time of servers and nodes for a message.</summary>
    public required double Cpu { get; init; }

    /// <summary>Of it the nodes'.</summary>
    public required double NodeCpu { get; init; }

    /// <summary>Bytes from edge to hub for a message.</summary>
    public required double There { get; init; }

    /// <summary>Bytes from hub to edge for a message.</summary>
    public required double Back { get; init; }

    /// <summary>At <see cref="LinkPlan.Calm"/>.</summary>
    public required LinkLatency Calm { get; init; }

    /// <summary>At half of <see cref="Rate"/>; null: not measured.</summary>
    public LinkLatency? Half { get; init; }

    /// <summary>Of all rounds.</summary>
    public required long Lost { get; init; }

    public static LinkOutcome Of(string name, int size, bool isVaried,
        IReadOnlyList<LinkRun> runs, IReadOnlyList<LinkLatency> calm, IReadOnlyList<LinkLatency> half)
    {
        return new LinkOutcome(name, size, isVaried, [.. runs.Select(static run => run.Rate)])
        {
            Cpu = Median(static run => (run.ServerSeconds + run.NodeSeconds) * 1e6),
            NodeCpu = Median(static run => run.NodeSeconds * 1e6),
            There = Median(static run => run.There),
            Back = Median(static run => run.Back),
            Calm = Latency(calm),
            Half = half.Count == 0 ? null : Latency(half),
            Lost = runs.Sum(static run => run.Lost) + calm.Concat(half).Sum(static run => run.Lost),
        };

        double Median(Func<LinkRun, double> read) => Race.Median(runs.Select(run => read(run) / run.Messages));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name + (IsVaried ? "" : ", repeating"),-40} {Size,6} {Rate,12:N0} {Cpu,12:0.0} {NodeCpu,14:0.0} {There,14:0} + {Back,-5:0} "
            + $"{Text(Calm),16} {Text(Half),18} {Lost,6}");

    private static string Text(LinkLatency? latency) => latency is null
        ? "-" : string.Create(CultureInfo.InvariantCulture, $"{latency.P50 / 1000:0.00}, {latency.P99 / 1000:0.00}");

    private static LinkLatency Latency(IReadOnlyList<LinkLatency> runs) => new(
        runs[0].Rate, Race.Median(runs.Select(static run => run.P50)), Race.Median(runs.Select(static run => run.P99)),
        Race.Median(runs.Select(static run => run.Cpu)), runs.Sum(static run => run.Lost));
}
