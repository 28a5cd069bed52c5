using System.Diagnostics;
using System.Globalization;

namespace Federation.Actors.Benchmarks;

/// <summary>A <see cref="Publisher"/> in a process of its own. Nothing is sent to it, so that it needs no generator.</summary>
internal sealed class PublisherRacer : IRacer, IAsyncDisposable
{
    private readonly Process _process;

    /// <param name="name">As in the tables.</param>
    /// <param name="kind">core or stream.</param>
    /// <param name="natsUrl">Where it publishes.</param>
    public PublisherRacer(string name, string kind, string natsUrl)
    {
        Name = name;
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["publisher", kind, natsUrl])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException("cannot start " + name);
    }

    public string Name { get; }

    public double PeakMemory { get; private set; }

    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    public void ForgetPeak() => PeakMemory = 0;

    public async Task<Run> RunAsync(Case @case, int messages, CancellationToken stop)
    {
        await _process.StandardInput.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{@case.Size} {messages} {@case.Window}").AsMemory(), stop);
        await _process.StandardInput.FlushAsync(stop);
        var line = await _process.StandardOutput.ReadLineAsync(stop) ?? throw new IOException(Name + " has ended");
        var numbers = line.Split(' ').Select(static text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        _process.Refresh();
        PeakMemory = _process.PeakWorkingSet64 / 1024.0 / 1024;
        return new Run(messages, numbers[0], numbers[1], 0, numbers[2]);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
