namespace Federation.Actors.Benchmarks;

/// <summary>What one run measured.</summary>
/// <param name="Messages">Answered, received or published, as the contender has it.</param>
/// <param name="Seconds">From the first byte sent to the last answer.</param>
/// <param name="CpuSeconds">The contender's own, user and system.</param>
/// <param name="GeneratorSeconds">CPU time of what loads the contender.</param>
/// <param name="Allocated">Bytes the contender allocated; null when it cannot tell.</param>
internal sealed record Run(long Messages, double Seconds, double CpuSeconds, double GeneratorSeconds, double? Allocated)
{
    /// <summary>Messages a second.</summary>
    public double Rate => Messages / Seconds;

    /// <summary>Microseconds of CPU time for each message.</summary>
    public double CpuPerMessage => CpuSeconds * 1e6 / Messages;

    /// <summary>The generator's CPU time as a share of the contender's.</summary>
    public double GeneratorShare => CpuSeconds > 0 ? GeneratorSeconds / CpuSeconds : 0;

    /// <summary>Bytes allocated for each message.</summary>
    public double? AllocatedPerMessage => Allocated / Messages;
}
