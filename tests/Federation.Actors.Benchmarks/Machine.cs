using System.Diagnostics;
using System.Globalization;

namespace Federation.Actors.Benchmarks;

/// <summary>What the machine does besides; a race with neighbours measures them too.</summary>
internal static class Machine
{
    // Cores; what a quiet machine's own services use is less.
    private const double Busy = 0.2;

    /// <summary>CPU time all programs have used so far, in seconds.</summary>
    public static double AllSeconds()
    {
        // cpu user nice system idle iowait irq softirq ..., in hundredths of a second.
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields[1..4].Concat(fields[6..8]).Sum(static ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / 100;
    }

    /// <summary>CPU time of this process so far, in seconds.</summary>
    public static double OwnSeconds()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>Watches a machine that should be idle, says what it found, and returns the cores that other programs use.</summary>
    public static async Task<double> LookAsync(TimeSpan time, CancellationToken stop)
    {
        var (all, own, clock) = (AllSeconds(), OwnSeconds(), Stopwatch.StartNew());
        await Task.Delay(time, stop);
        var others = Math.Max(0, (AllSeconds() - all - (OwnSeconds() - own)) / clock.Elapsed.TotalSeconds);
        Console.WriteLine(Describe("other programs use", others));
        return others;
    }

    /// <summary>A line about neighbours, with a warning when they disturb.</summary>
    public static string Describe(string what, double others) => string.Create(
        CultureInfo.InvariantCulture,
        $"{what} {others:0.0} of {Environment.ProcessorCount} "
            + $"cores{(others > Busy ? "; WARNING: the machine is not idle, and the figures below measure that too" : "")}");

    /// <summary>How many files, and so sockets, a process may have open.</summary>
    public static int OpenFileLimit()
    {
        var fields = File.ReadLines("/proc/self/limits").First(static line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return int.TryParse(fields[3], CultureInfo.InvariantCulture, out var limit) ? limit : int.MaxValue;
    }
}
