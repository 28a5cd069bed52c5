using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Federation.Actors.Benchmarks;

/// <summary>A server under test, as a process of its own.</summary>
internal sealed class Contender : IAsyncDisposable
{
    private readonly Process _process;

    private Contender(string name, Process process, Uri url)
    {
        Name = name;
        _process = process;
        Url = url;
    }

    public string Name { get; }

    public Uri Url { get; }

    /// <summary>User and system time so far.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Largest resident set so far, in MiB.</summary>
    public double PeakMemory => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(static line => line.StartsWith("VmHWM", StringComparison.Ordinal))
        .Select(static line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024)
        .FirstOrDefault();

    public static async Task<Contender> StartAsync(string name, int port, string path, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException("cannot start " + file);
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            // A nats-server says all it says there.
            if (line.Data is { } text && !text.Contains("[INF]", StringComparison.Ordinal))
            {
                Console.Error.WriteLine(text);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var contender = new Contender(name, process, new Uri($"ws://127.0.0.1:{port}{path}"));
        for (var tries = 0; tries < 200; tries++)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync("127.0.0.1", port);
                return contender;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        await contender.DisposeAsync();
        throw new TimeoutException(name + " did not open its port within 10 s");
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
