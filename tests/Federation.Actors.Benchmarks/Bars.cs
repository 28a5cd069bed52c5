namespace Federation.Actors.Benchmarks;

/// <summary>What the node promises. A bar whose figures were not measured is left out.</summary>
internal static class Bars
{
    public const double IdleKilobytes = 11;
    public const double StartSeconds = 1.5;

    /// <summary>All bars of the races.</summary>
    public static List<Verdict> Judge(Report report)
    {
        var verdicts = new List<Verdict>();
        foreach (var (connections, bar) in ((int, double)[])[(1, 1.2), (8, 1.0), (1000, 1.0)])
        {
            AddRatio(verdicts, report, ContenderNames.Bare, connections, bar);
        }

        AddRatio(verdicts, report, ContenderNames.Script, 8, 5);
        foreach (var connections in (int[])[1, 8, 1000])
        {
            if (report.Find(ContenderNames.Node, connections) is { } node && report.Find(ContenderNames.Bare, connections) is { } bare)
            {
                verdicts.Add(new($"CPU per message, node / bare loop, {connections} connections",
                    node.CpuPerMessage / bare.CpuPerMessage, 1.0, AtLeast: false));
            }
        }

        if (report.Find(ContenderNames.NodeStream, 1) is { } stream && report.Find(ContenderNames.BareStream, 1) is { } publisher)
        {
            verdicts.Add(new("JetStream rate, node / bare pipelined publisher", MedianRatio(stream, publisher), 0.85, AtLeast: true));
        }

        if (report.Find(ContenderNames.Node, 8) is { } few && report.Find(ContenderNames.Node, 1000) is { } many)
        {
            verdicts.Add(new($"rate of the node, 1000 connections / 8, {Plan.SmallWindow:N0} unanswered in all",
                many.Rate / few.Rate, 0.9, AtLeast: true));
            if (report.Find(ContenderNames.Node, 1000, Plan.WideWindow) is { } wide)
            {
                verdicts.Add(new($"the same, {Plan.SmallWindow / 8:N0} unanswered on each", wide.Rate / few.Rate, 0.9, AtLeast: true));
            }
        }

        foreach (var latency in report.Latencies.Where(static latency => latency.Contender is ContenderNames.Node))
        {
            verdicts.Add(new($"p99 at half rate, {latency.Connections} connections, ms", latency.P99 / 1000, 2, AtLeast: false));
            if (report.Latencies.FirstOrDefault(
                other => other.Contender is ContenderNames.Bare && other.Connections == latency.Connections) is { } bare)
            {
                verdicts.Add(new(
                    $"p99 at half rate, {latency.Connections} connections, node / bare loop", latency.P99 / bare.P99, 2, AtLeast: false));
            }
        }

        return verdicts;
    }

    private static void AddRatio(List<Verdict> verdicts, Report report, string other, int connections, double bar)
    {
        if (report.Find(ContenderNames.Node, connections) is { } node && report.Find(other, connections) is { } against)
        {
            verdicts.Add(new($"acked/s, node / {other}, {connections} connections", MedianRatio(node, against), bar, AtLeast: true));
        }
    }

    /// <summary>Round by round, so that what disturbs the machine for a while disturbs both.</summary>
    private static double MedianRatio(Outcome left, Outcome right) => Race.Median(left.Rates.Zip(right.Rates, static (l, r) => l / r));
}
