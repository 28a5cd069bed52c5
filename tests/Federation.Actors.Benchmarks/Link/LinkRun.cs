namespace Federation.Actors.Benchmarks.Link;

/// <summary>What one run over a link measured.</summary>
/// <param name="Messages">That arrived.</param>
/// <param name="Lost">That did not.</param>
/// <param name="Seconds">From the first that was sent to the last that arrived.</param>
/// <param name="ServerSeconds">CPU time of the nats-servers.</param>
/// <param name="NodeSeconds">CPU time of the nodes.</param>
/// <param name="There">Bytes on the link, from edge to hub.</param>
/// <param name="Back">Bytes on the link, from hub to edge.</param>
internal sealed record LinkRun(
    long Messages, long Lost, double Seconds, double ServerSeconds, double NodeSeconds, long There, long Back)
{
    /// <summary>Messages a second.</summary>
    public double Rate => Messages / Seconds;
}

/// <summary>Latencies at a fixed rate, in microseconds.</summary>
/// <param name="Rate">Messages a second.</param>
/// <param name="P50">Half took no longer.</param>
/// <param name="P99">99 of 100 took no longer.</param>
/// <param name="Cpu">CPU time of servers and nodes for a message.</param>
/// <param name="Lost">Messages that did not arrive.</param>
internal sealed record LinkLatency(double Rate, double P50, double P99, double Cpu, long Lost);
