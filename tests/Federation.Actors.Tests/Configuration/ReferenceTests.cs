using System.Text.RegularExpressions;
using Federation.Actors.Configuration;
using Federation.Hocon;

namespace Federation.Actors.Tests.Configuration;

/// <summary>hocon/reference.conf says what the code does.</summary>
public partial class ReferenceTests
{
    private static readonly string Text = ConfigurationLayers.ReferenceText();

    private static readonly Dictionary<string, string> Known =
        NodeSchemas.Federation.Describe("federation").ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    [Fact]
    public void Its_values_are_the_defaults_of_the_records()
    {
        var reading = new SettingsReading();
        var root = (HoconMap)HoconParser.Parse(Text, "reference.conf", origin: null, static _ => null)["federation"]!;
        var start = new FederationReading(new FederationSettings(), new ComponentSettings(), ModeGiven: false);

        var read = NodeSchemas.Federation.Read(start, NodeSchemas.Federation.Normalize(root, "federation", reading), "federation", reading);

        Assert.Empty(reading.Faults);
        Assert.Equal(Values(start), Values(read));
    }

    [Fact]
    public void It_gives_every_key_a_value_and_no_key_that_is_unknown()
    {
        var keys = Entries().Select(entry => entry.Path).ToList();

        Assert.Equal(
            Sorted(Known.Keys.Where(path => !IsInList(path))),
            Sorted(keys));
    }

    [Fact]
    public void It_comments_every_key_with_what_is_expected_and_the_default()
    {
        Assert.All(Entries(), entry =>
        {
            Assert.Contains($"Expected: {Known[entry.Path]}. Default: ", entry.Comment, StringComparison.Ordinal);
            Assert.True(entry.Comment.IndexOf("Expected", StringComparison.Ordinal) > 10, $"{entry.Path} is not described");
            if (entry.Value.Length > 0 && entry.Value is not "\"\"" && !entry.Commented && !entry.Path.EndsWith("ports.outputs", StringComparison.Ordinal) && !entry.Path.EndsWith("ports.inputs", StringComparison.Ordinal))
            {
                Assert.Contains($"Default: {entry.Value}", entry.Comment, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void It_comments_the_keys_of_an_output_and_of_a_token()
    {
        Assert.All(Known.Where(pair => IsInList(pair.Key)), pair =>
            Assert.Matches(
                $@"# +{pair.Key[(pair.Key.LastIndexOf('.') + 1)..]} = [a-z0-9_.>""\[\]]+\n(\s*# +[^=\n]+\n)?\s*# +Expected: {Regex.Escape(pair.Value)}\. Default: ", Text));
    }

    private static bool IsInList(string path) =>
        path.Contains(".outputs.", StringComparison.Ordinal) || path.Contains(".inputs.", StringComparison.Ordinal) || path.Contains(".tokens.", StringComparison.Ordinal);

    private static string[] Sorted(IEnumerable<string> paths) => [.. paths.Order(StringComparer.Ordinal)];

    private static string[] Values(FederationReading reading) =>
    [
        .. NodeSchemas.Federation.Write(reading, "federation").Select(pair => $"{pair.Key} = {pair.Value}"),
        .. SettingsSchemas.Component.Write(reading.ComponentDefaults with { Mode = ComponentMode.Server }, "server").Select(pair => $"{pair.Key} = {pair.Value}"),
        .. SettingsSchemas.Component.Write(reading.ComponentDefaults with { Mode = ComponentMode.Client }, "client").Select(pair => $"{pair.Key} = {pair.Value}"),
    ];

    /// <summary>Reads the file as the lines it is made of: blocks, comments, and keys, of which <c>mode</c> is commented out.</summary>
    private static List<(string Path, string Value, string Comment, bool Commented)> Entries()
    {
        var entries = new List<(string, string, string, bool)>();
        var blocks = new Stack<string>();
        var comment = "";
        foreach (var line in Text.Split('\n').Select(line => line.Trim()))
        {
            var key = KeyLine().Match(line);
            if (key.Success)
            {
                entries.Add((string.Join('.', blocks.Reverse().Append(key.Groups["key"].Value)), key.Groups["value"].Value, comment, line[0] == '#'));
                comment = "";
            }
            else if (line.StartsWith('#'))
            {
                comment += line[1..].Trim() + "\n";
            }
            else if (line.EndsWith(" {", StringComparison.Ordinal))
            {
                Assert.NotEmpty(comment);
                blocks.Push(line[..^2]);
                comment = "";
            }
            else if (line is "}")
            {
                blocks.Pop();
            }
            else
            {
                comment = "";
            }
        }

        return entries;
    }

    [GeneratedRegex(@"^(# )?(?<key>[a-z_]+) = (?<value>\S+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyLine();
}
