using System.Text.RegularExpressions;
using Federation.Actors.Tests.Architecture;

namespace Federation.Actors.Tests.TestKit;

/// <summary>What the kit's README shows is what runs.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task Its_examples_are_the_tests_of_ExampleTests()
    {
        var readme = await ReadAsync("src/Federation.Actors.TestKit/README.md");
        var tests = await ReadAsync("tests/Federation.Actors.Tests/TestKit/ExampleTests.cs");

        var shown = Block().Matches(readme).Select(match => match.Groups["code"].Value.TrimEnd()).ToList();
        var run = tests.Split("    [Fact]\n").Skip(1).Select(test => Unindented("    [Fact]\n" + test)).ToList();

        Assert.NotEmpty(shown);
        Assert.Equal(run, shown);
    }

    private static async Task<string> ReadAsync(string path) =>
        (await File.ReadAllTextAsync(Path.Combine(Repository.Root, path))).ReplaceLineEndings("\n");

    /// <summary>A method as it looks outside of its class, without the brace that ends the class.</summary>
    private static string Unindented(string method)
    {
        var lines = method.TrimEnd().Split('\n').TakeWhile(static line => line is not "}").Select(
            static line => line.StartsWith("    ", StringComparison.Ordinal) ? line[4..] : line);
        return string.Join('\n', lines).TrimEnd();
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Block();
}
