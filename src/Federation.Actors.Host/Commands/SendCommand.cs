using System.CommandLine;
using System.Globalization;
using Federation.Actors.Host.Logging;
using Federation.Hocon;
using Spectre.Console;

namespace Federation.Actors.Host.Commands;

internal static class SendCommand
{
    private const int DefaultWindow = 256;
    private const int LargestWindow = 100_000;
    private const double HighestRate = 1e9;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A file with one message per line: a data envelope, or any other JSON, which becomes a payload. - means "
                + "standard input.",
        };
        var rate = new Option<string?>("--rate")
            { Description = "The maximum rate in messages per second. Default: as fast as the node answers.", HelpName = "N" };
        var window = new Option<string?>("--window")
            { Description = $"The maximum number of unanswered messages. Default: {DefaultWindow}.", HelpName = "N" };
        var resend = new Option<bool>("--resend")
            { Description = "Reconnects when the connection is lost, and resends messages until they are acked." };
        var timeout = new Option<string?>("--timeout")
            { Description = "The maximum time without an answer. Default: 30s.", HelpName = "DURATION" };
        var json = new Option<bool>("--json") { Description = "Prints the summary as one line of JSON." };
        var options = new PeerOptions { Url = { Required = true } };
        var command = new Command("send", "Sends the lines of a file to a node as a peer, and counts the answers. Exit codes: 0 all "
            + "acked, 1 not all, 2 wrong arguments.") { file, rate, window, resend, timeout, json };
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var console = parsed.InvocationConfiguration;
            var faults = new List<SettingsFault>();
            var settings = Read(parsed.GetValue(rate), parsed.GetValue(window), parsed.GetValue(resend), parsed.GetValue(timeout), faults);
            var target = options.Read(parsed, faults);
            await using var input = Open(parsed.GetRequiredValue(file), faults);
            faults.ThrowIfAny();

            var asJson = parsed.GetValue(json);
            using var interrupt = new Interrupt(cancel);
            var summary = await RunAsync(settings, target!, input!, !asJson && Terminal.HasColors, console, interrupt.Token);
            await console.Output.WriteLineAsync(asJson ? JsonLine.Of(summary) : Text(summary));
            if (summary.Error is { } error)
            {
                await console.Error.WriteLineAsync(error);
            }

            return summary.IsComplete ? ExitCodes.Success : ExitCodes.Unanswered;
        });
        return command;
    }

    private static SendSettings Read(string? rate, string? window, bool resend, string? timeout, List<SettingsFault> faults)
    {
        var (perSecond, most) = (0d, DefaultWindow);
        if (rate is not null && !(double.TryParse(rate, NumberStyles.Float, CultureInfo.InvariantCulture, out perSecond)
            && perSecond is > 0 and <= HighestRate))
        {
            faults.Add(SettingsFault.Unexpected("--rate", HoconWriter.Quote(rate), "messages per second, above 0"));
        }

        if (window is not null
            && !(int.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out most) && most is > 0 and <= LargestWindow))
        {
            faults.Add(SettingsFault.Unexpected("--window", HoconWriter.Quote(window), $"an integer from 1 to {LargestWindow}"));
        }

        var patience = PatienceOption.Read("--timeout", timeout, "30s", faults);
        return new SendSettings(rate is null ? null : perSecond, most, resend, patience ?? DefaultTimeout);
    }

    private static Stream? Open(string file, List<SettingsFault> faults)
    {
        try
        {
            return file is "-" ? Console.OpenStandardInput() : File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            faults.Add(SettingsFault.Unexpected(
                "FILE", $"{HoconWriter.Quote(file)}, which cannot be read", "a file with one message per line, or - for standard input"));
            return null;
        }
    }

    private static async Task<SendSummary> RunAsync(
        SendSettings settings, PeerTarget target, Stream input,
        bool withProgress, InvocationConfiguration console, CancellationToken cancel)
    {
        if (!withProgress)
        {
            using var plain = new SendRun(settings, target, console.Error.WriteLine);
            return await plain.RunAsync(input, cancel);
        }

        // A line of warning goes above the bar, which is drawn again below it.
        using var run = new SendRun(settings, target, text => Terminal.Output.WriteLine(text));
        return await Terminal.Output.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("connecting", maxValue: input.CanSeek ? Math.Max(1, input.Length) : 1);
                bar.IsIndeterminate = !input.CanSeek;
                var running = run.RunAsync(input, cancel);
                while (!running.IsCompleted)
                {
                    Show(bar, run);
                    await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None));
                }

                Show(bar, run);
                if (bar.IsIndeterminate)
                {
                    var end = run.Summary();
                    bar.IsIndeterminate = false;
                    (bar.MaxValue, bar.Value) = (Math.Max(1, end.Sent), end.Acked + end.Refused);
                }

                progress.Refresh();
                return await running;
            });
    }

    private static void Show(ProgressTask bar, SendRun run)
    {
        var now = run.Summary();
        bar.Description = $"{now.Acked} acked, {now.Refused} nacked, {now.Unanswered} unanswered";
        bar.Value = bar.IsIndeterminate ? 0 : run.DoneBytes;
    }

    private static string Text(SendSummary summary)
    {
        var nacks = summary.Nacks.Count == 0 ? "0" : string.Join(", ", summary.Nacks.Select(static nack => $"{nack.Value} {nack.Key}"));
        var seconds = summary.Seconds - summary.ConnectingSeconds;
        var perSecond = seconds > 0 ? summary.Acked / seconds : 0;
        var bad = summary.BadLines > 0 ? $", bad lines {summary.BadLines}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"sent {summary.Sent}, acked {summary.Acked}, nacked {nacks}, slow {summary.Slow}, resent {summary.Resent}, unanswered "
            + $"{summary.Unanswered}{bad}, in {seconds:0.0} s ({perSecond:0}/s)");
    }
}

/// <param name="Rate">Messages per second; null: no limit.</param>
internal sealed record SendSettings(double? Rate, int Window, bool Resend, TimeSpan Timeout);

/// <summary>The outcome: sent = acked + refused + unanswered.</summary>
/// <param name="Resent">Repeated messages.</param>
/// <param name="ConnectingSeconds">The part of the time before the first connection was open.</param>
/// <param name="Error">Why it ended early; null when it did not.</param>
internal sealed record SendSummary(
    long Sent,
    long Acked,
    long Refused,
    long Unanswered,
    IReadOnlyDictionary<string, long> Nacks,
    long Slow,
    long Resent,
    long BadLines,
    int Connections,
    double Seconds,
    double ConnectingSeconds,
    string? Error)
{
    /// <summary>True when every line was sent and acked.</summary>
    public bool IsComplete => Error is null && Refused == 0 && Unanswered == 0 && BadLines == 0;
}
