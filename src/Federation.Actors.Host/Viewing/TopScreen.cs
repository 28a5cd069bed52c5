using Spectre.Console;
using Spectre.Console.Rendering;

namespace Federation.Actors.Host.Viewing;

/// <summary>Draws what <c>top</c> shows. Pure.</summary>
internal static class TopScreen
{
    /// <summary>Lines of a table that are no rows.</summary>
    private const int HeadLines = 1;

    /// <summary>Events shown, while there is room for some peers too.</summary>
    private const int MostEvents = 8;

    private static readonly string[] PeerHeads = ["PEER", "COMPONENT", "ADDRESS", "SINCE", "IN/s", "OUT/s", "LAG", "STATE"];

    /// <summary>The colour of a level or severity.</summary>
    public static string Color(string level) => level switch
    {
        "error" => "red",
        "warning" => "yellow",
        "ok" => "green",
        _ => "default",
    };

    /// <summary>The whole screen.</summary>
    /// <param name="view">What is shown.</param>
    /// <param name="height">Lines there are.</param>
    public static IRenderable Draw(TopView view, int height)
    {
        var state = view.State;
        List<IRenderable> parts =
        [
            Line(Figures.Node(state), "bold"),
            view.Problem is { } problem ? Line(problem + "; trying again", "bold red") : Line(state.Headline.Text, "bold " + Color(state.Headline.Level)),
            new Text(""),
        ];
        var components = Table(Figures.ComponentHeads);
        var remarks = new List<string>();
        foreach (var component in state.Components)
        {
            components.AddRow([.. Figures.Component(component).Select((cell, column) => Cell(cell, column == 1 && !component.Healthy ? "red" : "default"))]);
            remarks.AddRange(Figures.Remarks(component, state.At).Select(remark => $"{component.Name}: {remark}"));
        }

        parts.Add(components);
        parts.AddRange(remarks.Select(static remark => Line(remark, "grey")));
        var left = height - parts.Count - state.Components.Count - HeadLines;
        var events = view.Events.Events.TakeLast(Math.Clamp(left / 2, 0, MostEvents)).ToList();
        var room = left - events.Count - HeadLines - 3;
        if (room > 0)
        {
            parts.Add(new Text(""));
            parts.Add(Peers(view, room));
        }

        parts.Add(new Text(""));
        parts.AddRange(events.Select(said => Line($"{Time(said.Time):HH:mm:ss} {said.Text}", Color(said.Severity))));
        parts.Add(Line("q ends", "grey"));
        return new Rows(parts);
    }

    private static Table Peers(TopView view, int room)
    {
        var table = Table(PeerHeads);
        foreach (var peer in view.Peers.Peers.OrderByDescending(static peer => peer.RateIn + peer.RateOut).ThenBy(static peer => peer.Identity, StringComparer.Ordinal).Take(room))
        {
            string[] cells =
            [
                peer.Identity, peer.Component, peer.Address, $"{Time(peer.Since):HH:mm:ss}", Figures.Rate(peer.RateIn), Figures.Rate(peer.RateOut), Figures.Number(peer.Lag), peer.State,
            ];
            table.AddRow([.. cells.Select(cell => Cell(cell, peer.State is "connected" ? "default" : "yellow"))]);
        }

        return table;
    }

    private static Table Table(IReadOnlyList<string> heads)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var head in heads)
        {
            table.AddColumn(new TableColumn(new Text(head, Style.Parse("bold"))).NoWrap());
        }

        return table;
    }

    private static Text Cell(string text, string style) => new(Terminal.Tame(text), Style.Parse(style)) { Overflow = Overflow.Ellipsis };

    private static Text Line(string text, string style) => new(Terminal.Tame(text), Style.Parse(style)) { Overflow = Overflow.Ellipsis };

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToLocalTime();
}
