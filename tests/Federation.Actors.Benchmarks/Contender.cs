using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Federation.Actors.Benchmarks;

/// <summary>A server under test, as a process of its own.</summary>
internal sealed class Contender : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Meter? _meter;

    private Contender(string name, Process process, Uri url, Meter? meter)
    {
        Name = name;
        _process = process;
        _meter = meter;
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

    /// <summary>Largest resident set so far, or since <see cref="ForgetPeak"/>, in MiB.</summary>
    public double PeakMemory => Status("VmHWM") / 1024;

    /// <summary>Resident set, in KiB.</summary>
    public double Memory => Status("VmRSS");

    /// <summary>Bytes allocated so far; null when the process is not metered.</summary>
    public long? Allocated => _meter?.Allocated;

    /// <summary>The meter inside the process.</summary>
    public Meter Meter => _meter ?? throw new InvalidOperationException(Name + " is not metered");

    public static Task<Contender> StartAsync(string name, int port, string path, string file, params string[] arguments) =>
        StartAsync(name, port, path, new ProcessStartInfo(file, arguments), meter: null);

    /// <summary>The nats-server that the environment variable NATS_SERVER names, or the one on the PATH.</summary>
    public static string NatsProgram =>
        Environment.GetEnvironmentVariable("NATS_SERVER") is { Length: > 0 } program ? program : "nats-server";

    /// <summary>Starts <see cref="NatsProgram"/>.</summary>
    /// <param name="port">Its port.</param>
    /// <param name="store">Folder of its streams; null: no JetStream.</param>
    public static Task<Contender> StartNatsAsync(int port, string? store = null)
    {
        string[] arguments = [
            "-a", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), .. store is null ? [] : new[] { "-js", "-sd", store }];
        return StartAsync("nats-server", port, "", NatsProgram, arguments);
    }

    /// <summary>Starts a .NET program that reports what it allocates.</summary>
    public static Task<Contender> StartMeteredAsync(string name, int port, string path, string file, params string[] arguments)
    {
        var meter = new Meter();
        var start = new ProcessStartInfo(file, arguments);
        meter.Attach(start);
        return StartAsync(name, port, path, start, meter);
    }

    /// <summary>Makes <see cref="PeakMemory"/> start again from what is resident now.</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _meter?.Dispose();
    }

    private static async Task<Contender> StartAsync(string name, int port, string path, ProcessStartInfo start, Meter? meter)
    {
        (start.UseShellExecute, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true);
        var process = Process.Start(start) ?? throw new InvalidOperationException("cannot start " + start.FileName);
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            // A nats-server says all it says there.
            if (line.Data is { } text
                && !text.Contains("[INF]", StringComparison.Ordinal) && !text.Contains("[WRN]", StringComparison.Ordinal))
            {
                Console.Error.WriteLine(text);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var contender = new Contender(name, process, new Uri($"ws://127.0.0.1:{port}{path}"), meter);
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

    private double Status(string key) => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(line => line.StartsWith(key, StringComparison.Ordinal))
        .Select(static line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
