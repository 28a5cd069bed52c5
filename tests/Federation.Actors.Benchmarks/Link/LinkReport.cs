using System.Text.Json;

namespace Federation.Actors.Benchmarks.Link;

/// <summary>All that a race of links measured.</summary>
/// <param name="Plan">Its name.</param>
/// <param name="Settings">Of the nodes, besides the plan's.</param>
/// <param name="BusyBefore">Cores that other programs used before it.</param>
/// <param name="BusyMeanwhile">Cores that other programs used on average during it.</param>
/// <param name="Outcomes">Core NATS.</param>
/// <param name="Streams">Stream to stream.</param>
internal sealed record LinkReport(
    string Plan, IReadOnlyList<string> Settings, double BusyBefore, double BusyMeanwhile,
    IReadOnlyList<LinkOutcome> Outcomes, IReadOnlyList<StreamRun> Streams)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public DateTimeOffset Time { get; } = DateTimeOffset.UtcNow;

    public int Cores { get; } = Environment.ProcessorCount;

    /// <summary>The bars of small payloads.</summary>
    public List<Verdict> Verdicts
    {
        get
        {
            var (leaf, squeezed) = (Find(LinkNames.Leaf), Find(LinkNames.LeafS2));
            var (acked, unacked, deflated) = (Find(LinkNames.AtLeastOnce), Find(LinkNames.AtMostOnce), Find(LinkNames.Compressed));
            var (source, stream) = (Stream(LinkNames.Source), Stream(LinkNames.AtLeastOnce));
            return
            [
                new("core, at_least_once / leaf, msg/s", Ratio(acked, leaf), 0.8, AtLeast: true),
                new("core, at_most_once / leaf, msg/s", Ratio(unacked, leaf), 1.0, AtLeast: true),
                new("CPU of the two nodes, at_least_once, us/msg", acked.NodeCpu, 3.0, AtLeast: false),
                new("stream to stream, nodes / source, warm", stream.Warm / source.Warm, 1.0, AtLeast: true),
                new("stream to stream, nodes / source, cold", stream.Cold / source.Cold, 0.7, AtLeast: true),
                new("bytes both ways, varied JSON of 150", acked.There + acked.Back, 180, AtLeast: false),
                new("bytes both ways, nodes, compressed / leaf with s2",
                    (deflated.There + deflated.Back) / (squeezed.There + squeezed.Back), 1, AtLeast: false),
                new("p99 at 2,000/s, nodes - leaf, ms", (acked.Calm.P99 - leaf.Calm.P99) / 1000, 0.5, AtLeast: false),
            ];
        }
    }

    /// <summary>Writes PLAN.json and PLAN.svg.</summary>
    public async Task WriteAsync(string folder, CancellationToken stop)
    {
        var (json, svg) = (Path.Combine(folder, Plan + ".json"), Path.Combine(folder, Plan + ".svg"));
        await File.WriteAllTextAsync(json, JsonSerializer.Serialize(this, Indented), stop);
        await File.WriteAllTextAsync(svg, Plot.Draw(
        [
            .. Outcomes.Select(static outcome => new Outcome(outcome.Name, 1, outcome.Size, outcome.Rates, outcome.Cpu, 0)),
            .. Streams.Select(static run => new Outcome(run.Name + ", stream", 1, Benchmarks.Plan.Small, [run.Warm], run.Cpu, 0)),
        ]), stop);
        Console.WriteLine($"written: {json} {svg}");
    }

    /// <summary>Round by round, so that what disturbs the machine for a while disturbs both.</summary>
    private static double Ratio(LinkOutcome left, LinkOutcome right) =>
        Race.Median(left.Rates.Zip(right.Rates, static (l, r) => l / r));

    private LinkOutcome Find(string name) => Outcomes.First(outcome =>
        outcome is { Size: Benchmarks.Plan.Small, IsVaried: true } && string.Equals(outcome.Name, name, StringComparison.Ordinal));

    private StreamRun Stream(string name) => Streams.First(run => string.Equals(run.Name, name, StringComparison.Ordinal));
}
