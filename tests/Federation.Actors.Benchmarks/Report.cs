using System.Text.Json;

namespace Federation.Actors.Benchmarks;

/// <summary>All that a run of the suite measured.</summary>
/// <param name="Plan">Its name.</param>
/// <param name="BusyBefore">Cores that other programs used before it.</param>
/// <param name="BusyMeanwhile">Cores that other programs used on average during it.</param>
/// <param name="Outcomes">Rates.</param>
/// <param name="Latencies">At half of those rates.</param>
internal sealed record Report(
    string Plan, double BusyBefore, double BusyMeanwhile, IReadOnlyList<Outcome> Outcomes, IReadOnlyList<Latency> Latencies)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public DateTimeOffset Time { get; } = DateTimeOffset.UtcNow;

    public string MachineName { get; } = Environment.MachineName;

    public int Cores { get; } = Environment.ProcessorCount;

    public IReadOnlyList<FanOutRun> FanOut { get; init; } = [];

    public List<Verdict> Verdicts { get; init; } = [];

    /// <summary>What a contender did with small envelopes; null when it did not run.</summary>
    public Outcome? Find(string contender, int connections, int window = Benchmarks.Plan.SmallWindow) => Outcomes.FirstOrDefault(
        outcome => string.Equals(outcome.Contender, contender, StringComparison.Ordinal)
            && outcome.Connections == connections && outcome.Size == Benchmarks.Plan.Small
            && outcome.Window == window);

    /// <summary>Writes PLAN.json and PLAN.svg.</summary>
    public async Task WriteAsync(string folder, CancellationToken stop)
    {
        var (json, svg) = (Path.Combine(folder, Plan + ".json"), Path.Combine(folder, Plan + ".svg"));
        await File.WriteAllTextAsync(json, JsonSerializer.Serialize(this, Indented), stop);
        await File.WriteAllTextAsync(svg, Plot.Draw(Outcomes), stop);
        Console.WriteLine($"written: {json} {svg}");
    }
}
