using System.Text.RegularExpressions;
using Federation.Actors.Diagnostics;
using Federation.Actors.Tests.Architecture;

namespace Federation.Actors.Tests.Diagnostics;

public sealed partial class LogEventsTests
{
    [Fact]
    public void Numbers_and_names_are_unique_and_in_order()
    {
        var numbers = LogEvents.All.Select(what => what.Number).ToList();

        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Distinct().Order(), numbers);
        Assert.Equal(LogEvents.All.Count, LogEvents.All.Select(what => what.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(LogEvents.All, what => Assert.Matches("^[a-z]+(_[a-z]+)*$", what.Name));
    }

    [Fact]
    public void The_documented_table_is_the_table()
    {
        var page = File.ReadAllLines(Path.Combine(Repository.Root, "config", "OPERATIONS.md"));
        var documented = page.SkipWhile(line => line is not "## Logs").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => Row().IsMatch(line));

        Assert.Equal(LogEvents.All.Select(what => $"| {what.Number} | `{what.Name}` | {Level(what)} | {what.Meaning} |"), documented);
    }

    [Fact]
    public void Whatever_the_library_logs_is_in_the_table()
    {
        Assert.Empty(Repository.Library
            .Where(file => file.Name is not "FederationLog")
            .SelectMany(file => Bare().Matches(file.Code).Select(match => $"{file}: {match.Value}")));
    }

    private static string Level(LoggedEvent what) =>
        what.Level.ToString().Replace("Level", "", StringComparison.Ordinal).ToLowerInvariant();

    [GeneratedRegex("^\\| [0-9]+ \\|", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    // An adapter of the actor system's log, and a logger that is not told which event it is.
    [GeneratedRegex(@"GetLogger\(|ILoggingAdapter|\.Log(Trace|Debug|Information|Warning|Error|Critical)\((?!LogEvents\.)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bare();
}
