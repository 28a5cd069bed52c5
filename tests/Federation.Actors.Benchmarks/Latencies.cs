using System.Globalization;

namespace Federation.Actors.Benchmarks;

/// <summary>What one run of requests measured, in microseconds.</summary>
/// <param name="Mean">Of all.</param>
/// <param name="P50">Half took no longer.</param>
/// <param name="P99">99 of 100 took no longer.</param>
/// <param name="Rate">Requests a second.</param>
internal sealed record Latencies(double Mean, double P50, double P99, double Rate)
{
    public static Latencies operator -(Latencies left, Latencies right) =>
        new(left.Mean - right.Mean, left.P50 - right.P50, left.P99 - right.P99, left.Rate - right.Rate);

    /// <param name="microseconds">In any order; is sorted.</param>
    /// <param name="total">What all of them took together.</param>
    public static Latencies Of(double[] microseconds, TimeSpan total)
    {
        Array.Sort(microseconds);
        return new Latencies(
            microseconds.Average(), At(microseconds, 0.5), At(microseconds, 0.99), microseconds.Length / total.TotalSeconds);
    }

    /// <summary>The median run, number by number.</summary>
    public static Latencies Medians(IReadOnlyList<Latencies> runs) => new(
        Race.Median(runs.Select(static run => run.Mean)),
        Race.Median(runs.Select(static run => run.P50)),
        Race.Median(runs.Select(static run => run.P99)),
        Race.Median(runs.Select(static run => run.Rate)));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean,8:0} {P50,8:0} {P99,8:0} {Rate,12:N0}");

    private static double At(double[] sorted, double share) =>
        sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(sorted.Length * share) - 1)];
}
