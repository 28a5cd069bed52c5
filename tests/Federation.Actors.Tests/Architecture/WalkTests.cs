using System.Text.RegularExpressions;

namespace Federation.Actors.Tests.Architecture;

/// <summary>The files, methods and tests that the library's README names exist.</summary>
public sealed partial class WalkTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "Federation.Actors");
    private static readonly string[] Rows = [.. File.ReadAllLines(Path.Combine(Folder, "README.md")).Where(
        static line => line.StartsWith('|') && line.Contains(".cs)", StringComparison.Ordinal))];

    [Fact]
    public void The_walks_name_methods_of_the_files_they_name()
    {
        Assert.True(Rows.Length > 20);
        Assert.Empty(Rows.SelectMany(static row => Missing(row)));
    }

    [Theory]
    [InlineData("| a step | [Slab.Rent](Protocol/Slab.cs) |", 0)]
    [InlineData("| a step | [Slab.Rent](Protocol/Slab.cs), [Slab.Rant](Protocol/Slab.cs) |", 1)]
    public void A_method_that_is_gone_is_found(string row, int missing) => Assert.Equal(missing, Missing(row).Count());

    [Fact]
    public void The_laws_name_tests_that_exist()
    {
        var laws = File.ReadAllText(Path.Combine(Folder, "README.md")).Split("\n## ").Single(
            static section => section.StartsWith("Design rules", StringComparison.Ordinal));
        var named = TestName().Matches(laws).Select(static match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).ToList();

        Assert.True(named.Count > 5);
        var tests = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories);
        Assert.Empty(named.Except(tests.Select(Path.GetFileNameWithoutExtension), StringComparer.Ordinal));
    }

    /// <summary>The links of a row whose file does not have the method.</summary>
    private static IEnumerable<string> Missing(string row) => Link().Matches(row)
        .Where(static link => !File.ReadAllText(Path.Combine(Folder, link.Groups["path"].Value))
            .Contains($" {link.Groups["method"].Value}(", StringComparison.Ordinal))
        .Select(static link => link.Value);

    [GeneratedRegex(@"\[\w+\.(?<method>\w+)\]\((?<path>[\w/]+\.cs)\)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<name>\w+Tests)`", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex TestName();
}
