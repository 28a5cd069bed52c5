using System.Globalization;
using System.Text;

namespace Federation.Actors.Benchmarks;

/// <summary>Rates as bars, in SVG.</summary>
internal static class Plot
{
    private const int BarHeight = 18;
    private const int Step = 22;
    private const int Left = 280;
    private const int Width = 520;

    public static string Draw(IReadOnlyList<Outcome> outcomes)
    {
        var svg = new StringBuilder();
        var (height, most) = (((outcomes.Count + 2) * Step) + (outcomes.Count * 2), outcomes.Max(static outcome => outcome.Rate));
        svg.AppendLine($"""<svg xmlns="http://www.w3.org/2000/svg" width="{Left + Width + 110}" """
            + $"""height="{height}" font-family="sans-serif" font-size="12">""");
        svg.AppendLine("""<rect width="100%" height="100%" fill="white"/><text x="10" y="20">messages a second, medians</text>""");
        var y = Step + 10;
        Outcome? before = null;
        foreach (var outcome in outcomes)
        {
            // A gap between cases.
            y += before is not null && (before.Connections, before.Size) != (outcome.Connections, outcome.Size) ? 8 : 0;
            var text = y + BarHeight - 5;
            var width = (int)(outcome.Rate / most * Width);
            svg.AppendLine($"""<text x="{Left - 8}" y="{text}" text-anchor="end">"""
                + $"""{outcome.Contender}, {outcome.Connections} x {outcome.Size} bytes</text>""");
            svg.AppendLine($"""<rect x="{Left}" y="{y}" width="{Math.Max(1, width)}" """
                + $"""height="{BarHeight}" fill="{Colour(outcome.Contender)}"/>""");
            svg.AppendLine(string.Create(
                CultureInfo.InvariantCulture, $"""<text x="{Left + width + 6}" y="{text}">{outcome.Rate:N0}</text>"""));
            y += Step;
            before = outcome;
        }

        return svg.AppendLine("</svg>").ToString();
    }

    private static string Colour(string contender) => contender switch
    {
        ContenderNames.Node or ContenderNames.NodeStream or ContenderNames.NodeDeflate => "#2563eb",
        _ when contender.StartsWith("nodes,", StringComparison.Ordinal) => "#2563eb",
        ContenderNames.ReceiveOnly or ContenderNames.PublishOnly => "#d4d4d8",
        _ => "#a1a1aa",
    };
}
