using System.CommandLine;
using Federation.Actors.Diagnostics;
using Spectre.Console;

namespace Federation.Actors.Host.Commands;

internal static class TopCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(50);

    public static Command Create()
    {
        var options = new AdminOptions();
        var command = new Command("top", "Shows a running node and its peers, updated every second; q or Ctrl-C quits. Exit codes: 0 "
            + "stopped, 2 node not reached, no terminal, or wrong arguments.");
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = options.Read(parsed);
            if (!Terminal.IsThere)
            {
                throw new VerbFailedException("top needs a terminal; use `federation status --json` in scripts", ExitCodes.BadSettings);
            }

            using var interrupt = new Interrupt(cancel);
            try
            {
                var first = await TopView.LookAsync(client, interrupt.Token);
                await ShowAsync(client, first, interrupt.Token);
                return ExitCodes.Success;
            }
            catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
            {
                return ExitCodes.Success;
            }
            catch (AdminException e)
            {
                throw new VerbFailedException(e.Message, ExitCodes.BadSettings);
            }
        });
        return command;
    }

    private static async Task ShowAsync(AdminClient client, TopView view, CancellationToken cancel)
    {
        const string OtherScreen = "\e[?1049h\e[H";
        const string EmptyScreen = "\e[2J\e[H";
        const string FirstScreen = "\e[?1049l";
        await Console.Out.WriteAsync(OtherScreen);
        try
        {
            var over = false;
            while (!over)
            {
                // Lines that were drawn for another size lie anywhere after a change: each size starts on an empty screen.
                await Console.Out.WriteAsync(EmptyScreen);
                var (width, height) = Size();
                await Terminal.Output.Live(TopScreen.Draw(view, width, height)).AutoClear(true).Overflow(VerticalOverflow.Crop).StartAsync(
                    async live =>
                {
                    while (Size() == (width, height) && !(over = await IsOverAsync((width, height), cancel)))
                    {
                        view = await LookAgainAsync(client, view, cancel);
                        if (Size() == (width, height))
                        {
                            live.UpdateTarget(TopScreen.Draw(view, width, height));
                        }
                    }
                });
            }
        }
        finally
        {
            await Console.Out.WriteAsync(FirstScreen);
        }
    }

    private static async Task<TopView> LookAgainAsync(AdminClient client, TopView last, CancellationToken cancel)
    {
        try
        {
            return await TopView.LookAsync(client, cancel);
        }
        catch (AdminException e)
        {
            return last with { Problem = e.Message };
        }
    }

    private static (int Width, int Height) Size() => (Terminal.Output.Profile.Width, Terminal.Output.Profile.Height - 1);

    /// <summary>Waits for the next update, or another size of the screen.</summary>
    /// <returns>True when the user ends the program.</returns>
    private static async Task<bool> IsOverAsync((int Width, int Height) size, CancellationToken cancel)
    {
        for (var waited = TimeSpan.Zero; waited < Interval && Size() == size; waited += KeyInterval)
        {
            while (!Console.IsInputRedirected && Console.KeyAvailable)
            {
                if (Console.ReadKey(intercept: true).Key is ConsoleKey.Q or ConsoleKey.Escape)
                {
                    return true;
                }
            }

            await Task.Delay(KeyInterval, cancel);
        }

        return false;
    }
}

internal sealed record TopView(NodeState State, PeerPage Peers, EventPage Events, string? Problem)
{
    private const int MostPeers = 200;

    /// <exception cref="AdminException">No valid answer.</exception>
    public static async Task<TopView> LookAsync(AdminClient client, CancellationToken cancel)
    {
        var (state, peers, events) = (client.StateAsync(cancel), client.PeersAsync(MostPeers, cancel), client.EventsAsync(cancel));
        await Task.WhenAll(state, peers, events);
        return new TopView(await state, await peers, await events, null);
    }
}
