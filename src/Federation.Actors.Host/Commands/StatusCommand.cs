using System.CommandLine;
using Federation.Actors.Diagnostics;
using Federation.Actors.Host.Logging;
using Spectre.Console;

namespace Federation.Actors.Host.Commands;

internal static class StatusCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Prints the response of /api/state as one line of JSON." };
        var options = new AdminOptions();
        var command = new Command(
            "status", "Shows the state of a running node. Exit codes: 0 healthy, 1 not healthy, 2 node not reached, or wrong "
            + "arguments.") { json };
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var console = parsed.InvocationConfiguration;
            using var client = options.Read(parsed);
            var state = await client.StateAsync(cancel);
            if (parsed.GetValue(json))
            {
                await console.Output.WriteLineAsync(JsonLine.Of(state));
            }
            else
            {
                Print(state, console.Output);
            }

            return state.Healthy ? ExitCodes.Success : ExitCodes.Unhealthy;
        });
        return command;
    }

    private static void Print(NodeState state, TextWriter output)
    {
        output.WriteLine(Terminal.Tame(Figures.Node(state)));
        if (Terminal.HasColors)
        {
            Terminal.Output.MarkupInterpolated($"[bold {TopScreen.Color(state.Headline.Level)}]{Terminal.Tame(state.Headline.Text)}[/]\n");
        }
        else
        {
            output.WriteLine(Terminal.Tame(state.Headline.Text));
        }

        output.WriteLine();
        List<IReadOnlyList<string>> rows = [Figures.ComponentHeads, .. state.Components.Select(Figures.Component)];
        for (var i = 0; i < rows.Count; i++)
        {
            var cells = rows[i].Select((cell, column) => cell.PadRight(rows.Max(row => row[column].Length)));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
            foreach (var remark in i == 0 ? [] : Figures.Remarks(state.Components[i - 1], state.At))
            {
                output.WriteLine($"  {Terminal.Tame(remark)}");
            }
        }
    }
}
