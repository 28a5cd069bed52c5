using System.Text;
using Federation.Actors.Host.Commands;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>
/// A verb of the program, run in this process: what it prints and its exit code are those of the program. Ends with the test.
/// </summary>
internal sealed class FederationCommand : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly PrintedLines _output = new();
    private readonly PrintedLines _errors = new();
    private readonly Task<int> _running;

    private FederationCommand(string[] arguments) =>
        _running = Task.Run(() => CommandLine.RunAsync(arguments, _output, _errors, _end.Token));

    /// <summary>What it has printed, one line an entry.</summary>
    public IReadOnlyList<string> Output => _output.Lines();

    /// <summary>What it has printed to its error stream.</summary>
    public IReadOnlyList<string> Errors => _errors.Lines();

    public static FederationCommand Start(params string[] arguments) => new(arguments);

    /// <summary>Waits for the exit code.</summary>
    public Task<int> ExitedAsync() => _running.WaitAsync(Patience.Long);

    /// <summary>Waits for a line.</summary>
    public async Task SaysAsync(string text)
    {
        bool IsSaid() => Output.Concat(Errors).Any(line => line.Contains(text, StringComparison.Ordinal));
        await Eventually.TrueAsync(() => IsSaid() || _running.IsCompleted, $"the program to say '{text}'", Patience.Long);
        Assert.True(IsSaid(), $"ended without '{text}': {string.Join('\n', Output.Concat(Errors))}");
    }

    /// <summary>Ends it as an interrupt does.</summary>
    public Task InterruptAsync() => _end.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running.WaitAsync(Patience.Long);
        _end.Dispose();
        await _output.DisposeAsync();
        await _errors.DisposeAsync();
    }

    /// <summary>A writer whose lines can be read while it is written to.</summary>
    private sealed class PrintedLines : TextWriter
    {
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_text)
            {
                _text.Append(value);
            }
        }

        public override void Write(char[] buffer, int index, int count)
        {
            lock (_text)
            {
                _text.Append(buffer, index, count);
            }
        }

        public string[] Lines()
        {
            lock (_text)
            {
                var lines = _text.ToString().Split('\n');
                return lines[^1].Length == 0 ? lines[..^1] : lines;
            }
        }
    }
}
