using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Federation.Actors.Tests.Architecture;

public sealed class FileTests(ITestOutputHelper output)
{
    private const int MostLines = 400;

    [Fact]
    public void A_file_has_the_name_of_its_first_type_and_at_most_one_public_one()
    {
        Assert.NotEmpty(Repository.TestKit);
        Assert.Empty(NotNamedAsTheirType([.. Repository.Library, .. Repository.TestKit]));
    }

    [Theory]
    [InlineData("internal enum A\n{\n}\n\npublic sealed record B;", 1)]
    [InlineData("public enum A\n{\n}\n\npublic sealed record B;", 2)]
    public void Public_types_are_counted(string code, int count) => Assert.Equal(count, new SourceFile("A.cs", "P", code).PublicTypes);

    [Fact]
    public void A_namespace_is_the_folder_or_for_what_is_public_the_project()
    {
        var misplaced = Repository.Library.Concat(Repository.TestKit).Where(
            file => !string.Equals(file.Namespace, file.IsPublic ? file.Project : file.Folder, StringComparison.Ordinal));

        Assert.Empty(misplaced.Select(file => $"{file}: {file.Namespace}"));
    }

    [Fact]
    public void A_unit_test_file_has_the_name_of_its_first_type_too()
    {
        Assert.Empty(NotNamedAsTheirType(Repository.UnitTests));
    }

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        var files = Repository.Sources.OrderBy(file => file.Lines).ToList();
        output.WriteLine($"{files.Count} files, median {files[files.Count / 2].Lines} lines, longest {files[^1]} with {files[^1].Lines}");

        Assert.Empty(files.Where(file => file.Lines > MostLines).Select(file => $"{file}: {file.Lines}"));
    }

    [Theory]
    [InlineData(@"\bThread\.Sleep\b")]
    [InlineData(@"\bTask\.Delay\b")]
    [InlineData(@"\.Result\b(?!\s*=[^=])")]
    [InlineData(@"\.Wait\((?!0\b)")]
    [InlineData(@"\.GetResult\(\)")]
    public void Nothing_in_the_library_blocks_or_sleeps(string pattern)
    {
        Assert.Empty(With(Repository.Library, pattern));
    }

    [Theory]
    [InlineData(@"\bThread\.Sleep\b")]
    [InlineData(@"\bTask\.Delay\b")]
    public void No_unit_test_sleeps(string pattern)
    {
        Assert.NotEmpty(Repository.UnitTests);
        Assert.Empty(With([.. Repository.UnitTests, .. Repository.TestKit], pattern));
    }

    [Theory]
    [InlineData("class A { void B() => Thread.Sleep(1); }", 1)]
    [InlineData("class A { void B() { /* Thread.Sleep(1) */ } } // Thread.Sleep", 0)]
    [InlineData("class A { string B = \"Thread.Sleep\"; char c = '\"'; string d = \"\\\"Thread.Sleep\"; }", 0)]
    [InlineData("class A { char c = '\"'; void B() => Thread.Sleep(1); char d = '\"'; }", 1)]
    public void Only_code_counts(string code, int found)
    {
        Assert.Equal(found, With([new SourceFile("A.cs", "P", code)], @"Thread\.Sleep").Count());
    }

    [Theory]
    [InlineData("internal sealed record A(int B);", "A")]
    [InlineData("public readonly record struct A\n{\n    private sealed class B\n    {\n    }\n}", "A")]
    [InlineData("internal delegate bool A<T>(int b);\ninternal enum C\n{\n}", "A C")]
    [InlineData("public static partial class A\n{\n}\n\nfile interface B\n{\n}", "A B")]
    public void Top_level_types_are_found_and_nested_ones_are_not(string code, string types)
    {
        Assert.Equal(types, string.Join(' ', new SourceFile("A.cs", "P", code).Types));
    }

    private static IEnumerable<string> NotNamedAsTheirType(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Types is not [var first, ..] || !string.Equals(first, file.Name, StringComparison.Ordinal) || file.PublicTypes > 1
        select $"{file}: {string.Join(", ", file.Types)}";

    private static IEnumerable<string> With(IEnumerable<SourceFile> files, string pattern) =>
        from file in files
        from match in Regex.Matches(file.Code, pattern, RegexOptions.None, TimeSpan.FromSeconds(10))
        select $"{file}: {match.Value}";
}
