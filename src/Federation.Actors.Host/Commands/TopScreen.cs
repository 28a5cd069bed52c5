using Federation.Actors.Host.Admin.Dashboard;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Federation.Actors.Host.Commands;

internal static class TopScreen
{
    private const int HeadLines = 1;

    /// <summary>While there is room for some peers too.</summary>
    private const int MostEvents = 8;

    private const int Gap = 1;

    private static readonly string[] PeerHeads = ["PEER", "COMPONENT", "ADDRESS", "SINCE", "IN/s", "OUT/s", "LAG", "STATE"];

    /// <summary>The columns that a narrow screen omits, in this order.</summary>
    private static readonly string[] LeastOfComponents = ["TO SEND", "PUBLISHED/s", "PEERS", "SENT/s", "RECEIVED/s", "QUEUE"];

    private static readonly string[] LeastOfPeers = ["SINCE", "ADDRESS", "COMPONENT", "LAG", "OUT/s", "IN/s"];

    public static string Color(string level) => level switch
    {
        "error" => "red",
        "warning" => "yellow",
        "ok" => "green",
        _ => "default",
    };

    public static IRenderable Draw(TopView view, int width, int height)
    {
        var state = view.State;
        var headline = Terminal.Tame(view.Problem is { } problem ? problem + "; retrying" : state.Headline.Text);
        List<IRenderable> parts =
        [
            Line(Figures.Node(state), "bold", width),
            new Text(headline, Style.Parse("bold " + (view.Problem is null ? Color(state.Headline.Level) : "red"))),
            new Text(""),
        ];
        parts.Add(Table(
            Figures.ComponentHeads, LeastOfComponents, [.. state.Components.Select(
                static component => (Figures.Component(component), component.Healthy ? "default" : "red"))], styled: 1, width));
        parts.AddRange(state.Components.SelectMany(
            component => Figures.Remarks(component, state.At).Select(remark => Line($"{component.Name}: {remark}", "grey", width))));

        // Words are broken where they end, so that the headline may need a line more than its letters.
        var extra = headline.Length > width ? (headline.Length / width) + 1 : 0;
        var left = height - parts.Count - extra - state.Components.Count - HeadLines;
        var events = view.Events.Events.TakeLast(Math.Clamp(left / 2, 0, MostEvents)).ToList();
        var room = left - events.Count - HeadLines - 3;
        if (room > 0)
        {
            parts.Add(new Text(""));
            parts.Add(Peers(view, width, room));
        }

        parts.Add(new Text(""));
        parts.AddRange(events.Select(said => Line($"{Time(said.Time):HH:mm:ss} {said.Text}", Color(said.Severity), width)));
        parts.Add(Line("q quits", "grey", width));
        return new Rows(parts);
    }

    private static Table Peers(TopView view, int width, int room)
    {
        var shown = view.Peers.Peers.OrderByDescending(static peer => peer.RateIn + peer.RateOut)
            .ThenBy(static peer => peer.Identity, StringComparer.Ordinal).Take(room);
        return Table(PeerHeads, LeastOfPeers,
            [.. shown.Select(static peer => (Cells(peer), peer.State is "connected" ? "default" : "yellow"))], styled: null, width);
    }

    private static IReadOnlyList<string> Cells(PeerLine peer) =>
    [
        peer.Identity, peer.Component, peer.Address, $"{Time(peer.Since):HH:mm:ss}", Figures.Rate(
            peer.RateIn), Figures.Rate(peer.RateOut), Figures.Number(peer.Lag), peer.State,
    ];
    private static Table Table(
        IReadOnlyList<string> heads, IReadOnlyList<string> least,
        IReadOnlyList<(IReadOnlyList<string> Cells, string Style)> rows, int? styled, int width)
    {
        var table = new Table { Border = TableBorder.None };
        var shown = Fitting(heads, least, rows, width);
        foreach (var column in shown)
        {
            table.AddColumn(new TableColumn(new Text(heads[column], Style.Parse("bold"))).NoWrap().PadLeft(0).PadRight(Gap));
        }

        foreach (var (cells, style) in rows)
        {
            table.AddRow([.. shown.Select(column => Cell(cells[column], styled is null || styled == column ? style : "default"))]);
        }

        return table;
    }

    private static List<int> Fitting(
        IReadOnlyList<string> heads, IReadOnlyList<string> least,
        IReadOnlyList<(IReadOnlyList<string> Cells, string Style)> rows, int width)
    {
        List<int> shown = [.. Enumerable.Range(0, heads.Count)];
        foreach (var name in least)
        {
            if (shown.Sum(column => Gap + Math.Max(heads[column].Length, rows.Max(row => (int?)row.Cells[column].Length) ?? 0)) <= width)
            {
                break;
            }

            shown.RemoveAll(column => string.Equals(heads[column], name, StringComparison.Ordinal));
        }

        return shown;
    }

    private static Text Cell(string text, string style) => new(Terminal.Tame(text), Style.Parse(style)) { Overflow = Overflow.Ellipsis };

    private static Text Line(string text, string style, int width)
    {
        var tame = Terminal.Tame(text);
        return new(tame.Length > width ? tame[..Math.Max(1, width - 1)] + "…" : tame, Style.Parse(style));
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToLocalTime();
}
