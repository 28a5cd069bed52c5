using System.Diagnostics;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>
/// A real nats-server in a process of its own, listening on 127.0.0.1. It can be stopped, killed, frozen and started again on the same
/// port, which is how tests take the bus away from a node.
/// </summary>
/// <remarks>
/// Every wait is bounded and fails with the server's log. Disposing kills the process by its own id and deletes its files. One test drives
/// one server: the members are not for several threads at once.
/// </remarks>
/// <seealso href="https://docs.nats.io/running-a-nats-service/nats_admin/signals"/>
internal sealed class NatsServer : IAsyncDisposable
{
    // A start takes well under a second; the rest is room for a busy machine.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);

    // Between two attempts to take back a port that something else got hold of while the server was down.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private const string Reloaded = "Reloaded server configuration";

    private NatsServerOptions _options;
    private readonly DirectoryInfo _directory;
    private readonly NatsServerLog _log = new();
    private Process? _process;
    private bool _suspended;

    private NatsServer(NatsServerOptions options)
    {
        _options = options;
        _directory = Directory.CreateTempSubdirectory("nats-server-");
    }

    /// <summary>The port it listens on; the same after every restart.</summary>
    public int Port { get; private set; }

    /// <summary>The address for clients, such as <c>nats://127.0.0.1:41234</c>.</summary>
    public string Url => $"nats://127.0.0.1:{Port}";

    /// <summary>The id of the running process; another one after a restart.</summary>
    /// <exception cref="InvalidOperationException">The server does not run.</exception>
    public int Pid => RunningProcess().Id;

    /// <summary>Whether the process is there. A suspended one is.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Where the server's files are, until it is disposed of.</summary>
    public string DirectoryPath => _directory.FullName;

    /// <summary>The last lines that the server logged, over all its restarts; for failure messages.</summary>
    public string Log => _log.ToString();

    /// <summary>Starts a server and waits, for 10 s at most, until it accepts connections.</summary>
    /// <exception cref="NatsServerFailedException">
    /// It is not installed, exited, or did not get ready in time; the message has its log.
    /// </exception>
    public static async Task<NatsServer> StartAsync(NatsServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new NatsServer(options ?? new NatsServerOptions());
        try
        {
            await server.LaunchAsync(server._options.Port ?? NatsServerPorts.HandedOutBySystem, StartLimit, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the process at once with SIGKILL, as a crash would. Harmless when it is down.</summary>
    /// <exception cref="NatsServerFailedException">The process is still there 5 s later.</exception>
    public void Kill()
    {
        if (_process is not { } process)
        {
            return;
        }

        process.Kill();
        if (!process.WaitForExit(KillLimit))
        {
            throw new NatsServerFailedException($"nats-server {process.Id} survived SIGKILL.", Log);
        }

        Forget(process);
    }

    /// <summary>Asks the process to end with SIGTERM and waits, for 10 s at most, until it is gone. Harmless when it is down.</summary>
    /// <exception cref="NatsServerFailedException">It is still there; <see cref="Kill"/> remains.</exception>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_process is not { } process)
        {
            return;
        }

        ProcessSignal.Terminate.SendTo(process);

        // A stopped process takes the signal only once it goes on.
        Resume();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NatsServerFailedException($"nats-server {process.Id} did not end within {StopLimit.TotalSeconds} s of SIGTERM.", Log);
        }

        Forget(process);
    }

    /// <summary>
    /// Starts the server again on the same port and with the same files. One that still runs is stopped first. Waits, for 10 s at most,
    /// until it accepts connections; a port that is taken meanwhile is tried again within that time.
    /// </summary>
    /// <exception cref="NatsServerFailedException">It did not get ready in time; the message has its log.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await LaunchAsync(Port, StartLimit - Stopwatch.GetElapsedTime(started), cancellationToken);
                return;
            }
            catch (NatsServerFailedException) when (Stopwatch.GetElapsedTime(started) + RetryDelay < StartLimit)
            {
                Kill();
                await Task.Delay(RetryDelay, cancellationToken);
            }
        }
    }

    /// <summary>Gives the server another configuration, with SIGHUP, and waits until it has taken it. It keeps it over a restart.</summary>
    /// <param name="configText">As <see cref="NatsServerOptions.ConfigText"/>, which the server must have been started with.</param>
    /// <exception cref="NatsServerFailedException">It has not taken it within 10 s; the message has its log.</exception>
    public async Task ReloadAsync(string configText)
    {
        _options = _options with { ConfigText = configText };
        await NatsServerCommand.WriteConfigAsync(configText, _directory, CancellationToken.None);
        var seen = _log.Added;
        ProcessSignal.HangUp.SendTo(RunningProcess());
        var started = Stopwatch.GetTimestamp();
        while (!_log.Has(Reloaded, seen))
        {
            if (Stopwatch.GetElapsedTime(started) > StartLimit)
            {
                throw new NatsServerFailedException("nats-server did not reload its configuration.", Log);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>
    /// Freezes the process with SIGSTOP: connections stay open and the system still accepts new ones, but nothing answers. Twice is once.
    /// </summary>
    /// <exception cref="InvalidOperationException">The server does not run.</exception>
    public void Suspend()
    {
        ProcessSignal.Freeze(RunningProcess());
        _suspended = true;
    }

    /// <summary>Lets a frozen process go on, with SIGCONT. Harmless when it is not frozen.</summary>
    public void Resume()
    {
        if (_suspended && _process is { } process)
        {
            ProcessSignal.Continue.SendTo(process);
        }

        _suspended = false;
    }

    /// <summary>
    /// Puts the server into lame duck mode with SIGUSR2: it announces its end to clients, takes no new ones, and then closes the old ones
    /// over the configured <c>lame_duck_duration</c>. Does not wait.
    /// </summary>
    /// <exception cref="InvalidOperationException">The server does not run.</exception>
    public void EnterLameDuckMode() => ProcessSignal.LameDuck.SendTo(RunningProcess());

    /// <summary>Kills the process and deletes the server's files, but not a JetStream directory of the caller's.</summary>
    public ValueTask DisposeAsync()
    {
        try
        {
            Kill();
        }
        finally
        {
            _directory.Refresh();
            if (_directory.Exists)
            {
                _directory.Delete(recursive: true);
            }
        }

        return ValueTask.CompletedTask;
    }

    private async Task LaunchAsync(int port, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        var ports = new NatsServerPorts(_directory.CreateSubdirectory("ports"));
        ports.Clear();
        var process = new Process { StartInfo = await NatsServerCommand.BuildAsync(_options, _directory, ports, port, cancellationToken) };
        process.ErrorDataReceived += (_, line) => _log.Add(line.Data);
        process.Start();
        _process = process;
        process.BeginErrorReadLine();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeLimit > TimeSpan.Zero ? timeLimit : TimeSpan.Zero);
        try
        {
            Port = await ports.WaitUntilAcceptingAsync(process, limit.Token)
                ?? throw new NatsServerFailedException(
                    $"nats-server exited with code {process.ExitCode} before it was ready.", await DrainLogAsync(process));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NatsServerFailedException($"nats-server was not ready within {timeLimit.TotalSeconds:F1} s.", Log);
        }
    }

    // An exited process may have lines on their way still; without a time-out the wait takes them in.
    private async Task<string> DrainLogAsync(Process exited)
    {
        await exited.WaitForExitAsync(CancellationToken.None);
        return Log;
    }

    private Process RunningProcess()
        => IsRunning ? _process! : throw new InvalidOperationException("The nats-server does not run.");

    private void Forget(Process process)
    {
        process.Dispose();
        _process = null;
        _suspended = false;
    }
}
