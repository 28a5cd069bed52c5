using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Federation.Actors.Benchmarks.Micro;

/// <summary><c>bench --micro</c>: single steps of the hot path under BenchmarkDotNet, with what they allocate.</summary>
internal static class MicroBenchmarks
{
    /// <summary>Runs those that the options choose, or all.</summary>
    public static int Run(string[] options, string folder)
    {
        // In this process: a project of its own would see none of the internals.
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).AsDefault())
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithArtifactsPath(folder);
        var chosen = options.Length == 0 ? ["--filter", "*"] : options;
        return BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly)
            .Run(chosen, config).Any(static summary => summary.HasCriticalValidationErrors) ? 1 : 0;
    }
}
