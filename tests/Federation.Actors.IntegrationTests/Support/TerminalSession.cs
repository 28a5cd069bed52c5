using System.Diagnostics;
using System.Globalization;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>
/// A command in a terminal of its own, which a tmux server of its own draws. Ended with all that runs in it when the test ends.
/// </summary>
internal sealed class TerminalSession : IAsyncDisposable
{
    private static readonly TimeSpan CommandPatience = TimeSpan.FromSeconds(10);

    private readonly string _socket = $"federation-{Guid.NewGuid():N}";

    private TerminalSession()
    {
    }

    /// <summary>
    /// Starts a command of the shell in a terminal of 140 columns and 40 lines; <c>ended with CODE</c> appears behind it.
    /// </summary>
    public static async Task<TerminalSession> StartAsync(string command)
    {
        var session = new TerminalSession();
        await session.TmuxAsync("-f", "/dev/null", "-u", "new-session", "-d", "-x", "140",
            "-y", "40", $"trap : INT; unset NO_COLOR; {command}; echo ended with $?; exec cat");
        return session;
    }

    /// <summary>What stands on the screen.</summary>
    public Task<string> ScreenAsync() => TmuxAsync("capture-pane", "-p");

    /// <summary>The same with the codes for colours.</summary>
    public Task<string> ColoredScreenAsync() => TmuxAsync("capture-pane", "-p", "-e");

    /// <summary>Presses keys, by the names that tmux has for them.</summary>
    public Task PressAsync(params string[] keys) => TmuxAsync(["send-keys", .. keys]);

    /// <summary>Gives the terminal another size.</summary>
    public Task ResizeAsync(int columns, int lines) =>
        TmuxAsync(
            "resize-window", "-x", columns.ToString(CultureInfo.InvariantCulture), "-y", lines.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until all of these stand on the screen at once.</summary>
    public async Task<string> ShowsAsync(params string[] texts)
    {
        var screen = "";
        var clock = Stopwatch.StartNew();
        do
        {
            Assert.True(clock.Elapsed < Patience.Long, $"waited for {string.Join(", ", texts)} on the screen:\n{screen}");
            screen = await ScreenAsync();
        }
        while (!Array.TrueForAll(texts, text => screen.Contains(text, StringComparison.Ordinal)));
        return screen;
    }

    public async ValueTask DisposeAsync() => await TmuxAsync("kill-server");

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("tmux") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Remove("TMUX");
        foreach (var argument in (string[])["-L", _socket, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var tmux = Process.Start(start) ?? throw new InvalidOperationException("cannot start tmux");
        using var patience = new CancellationTokenSource(CommandPatience);
        var (output, errors) = (tmux.StandardOutput.ReadToEndAsync(patience.Token), tmux.StandardError.ReadToEndAsync(patience.Token));
        await tmux.WaitForExitAsync(patience.Token);
        Assert.True(tmux.ExitCode == 0, $"tmux {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }
}
