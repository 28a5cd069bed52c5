using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>The console program as a process of its own. Killed by its id when the test ends, however it ends.</summary>
internal sealed partial class FederationProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly DirectoryInfo? _directory;
    private bool _isDisposed;

    private FederationProcess(Process process, DirectoryInfo? directory)
    {
        _process = process;
        _directory = directory;
        process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What it has printed, one line an entry.</summary>
    public IReadOnlyList<string> Output => Copy(_output);

    /// <summary>What it has printed to its error stream.</summary>
    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Where the first component listens; known after <see cref="ListeningAsync"/>.</summary>
    public Uri Url => Address(PeerAddress()) ?? throw new InvalidOperationException("It does not listen yet.");

    /// <summary>Where metrics and health are; known after <see cref="ListeningAsync"/>.</summary>
    public Uri Admin => Address(AdminAddress()) ?? throw new InvalidOperationException("It does not listen yet.");

    /// <summary>The path of the program. <c>./run.sh test</c> sets the published one, which starts faster.</summary>
    public static string Program { get; } =
        Environment.GetEnvironmentVariable("FEDERATION") ?? Path.Combine(AppContext.BaseDirectory, "federation");

    /// <summary>Starts the program with these arguments.</summary>
    public static FederationProcess Start(params ReadOnlySpan<string> arguments) => Start(Program, null, null, arguments);

    /// <summary>Starts <c>federation run</c> with this configuration and waits until it listens.</summary>
    public static Task<FederationProcess> RunAsync(string configuration, params string[] more) => RunAsync(configuration, null, more);

    /// <summary>The same with these environment variables.</summary>
    public static Task<FederationProcess> RunAsync(
        string configuration, IReadOnlyDictionary<string, string>? environment, params string[] more) =>
        RunProgramAsync(Program, configuration, environment, more);

    /// <summary>The same with another build of the program.</summary>
    public static async Task<FederationProcess> RunProgramAsync(
        string program, string configuration, IReadOnlyDictionary<string, string>? environment, params string[] more)
    {
        var directory = Directory.CreateTempSubdirectory("federation-");
        var file = Path.Combine(directory.FullName, "node.conf");
        await File.WriteAllTextAsync(file, configuration);
        var process = Start(program, directory, environment, ["run", "--config", file, .. more]);
        try
        {
            await process.ListeningAsync();
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts another program, such as a script that starts a node.</summary>
    public static FederationProcess Start(
        string file, DirectoryInfo? directory, IReadOnlyDictionary<string, string>? environment, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return new FederationProcess(Process.Start(start) ?? throw new InvalidOperationException("cannot start " + file), directory);
    }

    /// <summary>A configuration with one component, <c>edge-in</c>, on ports the system hands out.</summary>
    public static string Configuration(string natsUrl) =>
        $$"""
        federation {
          nats.url = "{{natsUrl}}"
          admin.port = 0
          components.edge-in {
            mode = server
            server { host = "127.0.0.1", http_port = 0 }
            backpressure { on_full = block }
            ports.outputs = [ { name = ws_data, subject = federated.data, type = nats } ]
          }
        }
        """;

    /// <summary>Waits until the node listens for peers.</summary>
    public Task ListeningAsync(TimeSpan? patience = null) =>
        SaysAsync(() => PeerAddress().Success && AdminAddress().Success, "listens", patience);

    /// <summary>Waits for a line.</summary>
    public Task SaysAsync(string text) =>
        SaysAsync(() => Output.Concat(Errors).Any(line => line.Contains(text, StringComparison.Ordinal)), text);

    /// <summary>Ids of the processes that it has started and that still run.</summary>
    /// <param name="name">Only those of this name; null: all.</param>
    public async Task<IReadOnlyList<string>> ChildrenAsync(string? name = null)
    {
        var children = new List<string>();
        foreach (var id in (await File.ReadAllTextAsync($"/proc/{Id}/task/{Id}/children")).Split(
            ' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name is null || string.Equals((await File.ReadAllTextAsync($"/proc/{id}/comm")).Trim(), name, StringComparison.Ordinal))
            {
                children.Add(id);
            }
        }

        return children;
    }

    public void Signal(ProcessSignal signal) => signal.SendTo(_process);

    /// <summary>SIGSTOP; returns when it has stopped.</summary>
    public void Freeze() => ProcessSignal.Freeze(_process);

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end and all it has printed.</summary>
    public async Task<int> ExitedAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"did not end within {Patience.Long}: {string.Join('\n', Output.Concat(Errors))}");
        }

        return _process.ExitCode;
    }

    /// <summary>Harmless when it has been done.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await ExitedAsync();
        }

        _process.Dispose();
        _directory?.Delete(recursive: true);
    }

    [GeneratedRegex(@"(listens on|is connected to|cannot reach) (?<url>wss?://[^\s:]+:[0-9]+[^\s""]*[^\s:""])",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PeerAddressPattern();

    [GeneratedRegex(@"metrics and health are on (?<url>http://[^\s""]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AdminAddressPattern();

    private static Uri? Address(Match match) => match.Success ? new Uri(match.Groups["url"].Value) : null;

    private Match PeerAddress() => PeerAddressPattern().Match(string.Join('\n', Output));

    private Match AdminAddress() => AdminAddressPattern().Match(string.Join('\n', Output));

    private async Task SaysAsync(Func<bool> condition, string what, TimeSpan? patience = null)
    {
        await Eventually.TrueAsync(() => condition() || _process.HasExited, $"the node to say '{what}'", patience ?? Patience.Long);
        Assert.True(condition(), $"ended without '{what}': {string.Join('\n', Output.Concat(Errors))}");
    }

    private static void Add(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    private static List<string> Copy(List<string> lines)
    {
        lock (lines)
        {
            return [.. lines];
        }
    }
}
