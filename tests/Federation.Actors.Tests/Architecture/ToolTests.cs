using System.Text.RegularExpressions;

namespace Federation.Actors.Tests.Architecture;

/// <summary>The programs that run.sh knows, and the traits of the tests that it leaves out without them.</summary>
public sealed partial class ToolTests
{
    private static readonly Dictionary<string, string> Tests = Directory.GetFiles(
        Path.Combine(Repository.Root, "tests", "Federation.Actors.IntegrationTests"), "*Tests.cs", SearchOption.AllDirectories)
        .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal))
        .ToDictionary(static file => file, File.ReadAllText, StringComparer.Ordinal);

    [Fact]
    public void Each_program_that_tests_need_is_in_run_sh()
    {
        var script = File.ReadAllText(Path.Combine(Repository.Root, "run.sh"));
        var known = script.Split("test_tools='")[1].Split('\'')[0].Split('\n').Select(static line => line.Split(' ')[0]);
        var needed = Tests.Values.SelectMany(static code => Need().Matches(code)).Select(static match => match.Groups["tool"].Value).Distinct();

        // Without git there is no previous commit, which run.sh replaces by this one.
        Assert.Equal(known.Where(static tool => tool is not "git").Order(StringComparer.Ordinal), needed.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("BrowserAlone.Name", "chromium")]
    [InlineData("TestCertificates ", "openssl")]
    [InlineData("TerminalSession.", "tmux")]
    [InlineData("HaproxyAsync", "haproxy")]
    [InlineData("NginxAsync", "nginx")]
    public void A_test_that_uses_a_program_has_its_trait(string use, string program)
    {
        var users = Tests.Where(test => test.Value.Contains(use, StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(users);
        Assert.All(users, test => Assert.Contains($"[Trait(Tool.Needs, \"{program}\")]", test.Value, StringComparison.Ordinal));
    }

    [GeneratedRegex("""Trait\(Tool\.Needs, "(?<tool>[^"]+)"\)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Need();
}
