namespace Federation.Actors.Benchmarks;

/// <summary>A server that is sent envelopes.</summary>
/// <param name="contender">The server.</param>
/// <param name="frames">What it is sent, by size.</param>
/// <param name="acks">False for one that only receives.</param>
internal sealed class ServerRacer(Contender contender, Func<int, Frames> frames, bool acks = true) : IRacer
{
    public string Name => contender.Name;

    public double PeakMemory => contender.PeakMemory;

    public double CpuSeconds => contender.CpuSeconds;

    public Contender Contender => contender;

    /// <summary>Unanswered envelopes of all connections together: what a node's queue of that many bytes holds.</summary>
    public static int Window(int size) => Math.Clamp(8_000_000 / size, 512, Plan.SmallWindow);

    public void ForgetPeak() => contender.ForgetPeak();

    public Task<Run> RunAsync(Case @case, int messages, CancellationToken stop)
    {
        var load = new LoadGenerator(contender, frames(@case.Size), @case.Window);
        var each = Math.Max(1, messages / @case.Connections);
        return acks ? load.RunAsync(@case.Connections, each, stop) : load.PourAsync(@case.Connections, each, stop);
    }
}
