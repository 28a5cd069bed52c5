namespace Federation.Actors.Benchmarks;

/// <summary>What can be made to work through a number of messages.</summary>
internal interface IRacer
{
    /// <summary>As in the tables.</summary>
    string Name { get; }

    /// <summary>Peak resident set since <see cref="ForgetPeak"/>, in MiB.</summary>
    double PeakMemory { get; }

    /// <summary>CPU time so far, in seconds.</summary>
    double CpuSeconds { get; }

    /// <summary>Makes <see cref="PeakMemory"/> start again from what is resident now.</summary>
    void ForgetPeak();

    /// <summary>Works through so many messages of a case.</summary>
    Task<Run> RunAsync(Case @case, int messages, CancellationToken stop);
}
