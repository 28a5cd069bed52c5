namespace Federation.Actors.Benchmarks;

/// <summary>What one contender did in one case; the numbers are medians of its rounds.</summary>
internal sealed record Outcome(
    string Contender, int Connections, int Size, IReadOnlyList<double> Rates, double CpuPerMessage, double PeakMemory)
{
    /// <summary>Messages a second.</summary>
    public double Rate => Race.Median(Rates);

    /// <summary>Envelopes that were unanswered at most.</summary>
    public int Window { get; init; }

    /// <summary>Bytes allocated for a message; null when the contender cannot tell.</summary>
    public double? AllocatedPerMessage { get; init; }

    /// <summary>The generator's CPU time as a share of the contender's.</summary>
    public double GeneratorShare { get; init; }

    /// <summary>Sums up the rounds.</summary>
    public static Outcome Of(IRacer racer, Case @case, IReadOnlyList<Run> runs)
    {
        double[] allocated = [.. runs.Select(static run => run.AllocatedPerMessage).OfType<double>()];
        return new Outcome(
            racer.Name,
            @case.Connections,
            @case.Size,
            [.. runs.Select(static run => run.Rate)],
            Race.Median(runs.Select(static run => run.CpuPerMessage)),
            racer.PeakMemory)
        {
            Window = @case.Window,
            AllocatedPerMessage = allocated.Length == 0 ? null : Race.Median(allocated),
            GeneratorShare = Race.Median(runs.Select(static run => run.GeneratorShare)),
        };
    }
}
