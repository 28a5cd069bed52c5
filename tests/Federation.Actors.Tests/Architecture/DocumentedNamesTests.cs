using System.Reflection;
using System.Text.RegularExpressions;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Architecture;

/// <summary>Names that users see are documented where they look for them.</summary>
public sealed class DocumentedNamesTests
{
    private static readonly string Operations = Text("config/OPERATIONS.md");

    [Fact]
    public void Metrics()
    {
        Assert.Empty(Undocumented(Operations, MetricTable.All.Select(static metric => metric.Name.Replace(
            "websocket_input_", "", StringComparison.Ordinal).Replace("websocket_output_", "", StringComparison.Ordinal)
            .Replace(Metric.NodePrefix, "", StringComparison.Ordinal))));
    }

    [Fact]
    public void Types_of_errors() => Assert.Empty(Undocumented(Operations, Constants(typeof(ErrorTypes))));

    [Fact]
    public void Reasons_of_nacks() => Assert.Empty(Undocumented(Text("README.md"), NackReasons.All.Select(NackReasons.Name)));

    [Fact]
    public void Codes_of_request_errors() => Assert.Empty(Undocumented(Text("config/PROTOCOL.md"), Constants(typeof(RequestErrors))));

    [Fact]
    public void Built_in_methods() => Assert.Empty(Undocumented(Text("config/PROTOCOL.md"), BuiltInMethods.All));

    [Fact]
    public void Exit_codes()
    {
        var table = Operations.Split("| exit code of `run` |")[1].Split("\n\n")[0];

        foreach (var code in typeof(Host.ExitCodes).GetFields(BindingFlags.Static | BindingFlags.Public).Select(
            static field => field.GetRawConstantValue()))
        {
            Assert.Matches($@"\| {code}\b", table);
        }
    }

    [Fact]
    public void Each_alert_has_a_section_and_each_section_an_alert()
    {
        var alerts = Regex.Matches(Text("config/prometheus/alerts.yml"), @"alert: (?<name>\w+)",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)).Select(static match => match.Groups["name"].Value);
        var sections = Regex.Matches(Operations, @"^### (?<name>Federation\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(10)).Select(static match => match.Groups["name"].Value);

        Assert.Equal(alerts.Order(StringComparer.Ordinal), sections.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_alert_has_the_address_of_its_section()
    {
        var alerts = Text("config/prometheus/alerts.yml").Split("- alert: ")[1..];
        var anchors = new MarkdownPage("config/OPERATIONS.md", Operations).Anchors;

        Assert.All(alerts, alert =>
        {
            var anchor = alert.Split('\n')[0].ToLowerInvariant();
            Assert.Contains($"\n          runbook_url: \"config/OPERATIONS.md#{anchor}\"\n", alert, StringComparison.Ordinal);
            Assert.Contains(anchor, anchors);
        });
    }

    private static string Text(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    private static IEnumerable<string> Undocumented(string page, IEnumerable<string> names) =>
        names.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal));

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Static | BindingFlags.Public).Where(static field => field.IsLiteral).Select(
            static field => (string)field.GetRawConstantValue()!);
}
