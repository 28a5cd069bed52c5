using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Federation.Actors.Tests.Architecture;

/// <summary>The pages are connected, complete and easy to read.</summary>
public sealed class DocumentationTests(ITestOutputHelper output)
{
    private const int MostBytesOfReadme = 10 * 1024;
    private const int MostWords = 40;
    private const double MostWordsOnAverage = 18;

    /// <summary>Phrases that readers stumble over, as regular expressions.</summary>
    private static readonly string[] Phrases =
    [
        @"(?<!\bthere )\b(is|are|was|were) no (?!longer|more)", @"\bbut for\b", @"\banew\b",
        @"\bthere twice\b", @"\bat a time\b", @"\bat most(?=[.;,)]|$)", @"\b(gives?|gave) way\b", @"\bgo(es)? by\b",
        @"\bsays so\b", @"\b(is|are) told\b", @"\bwhat is held\b", @"\bwhose it is\b",
        @"\bonly looking\b", @"^Who (?!.*\?$)", @"\bhow to make one\b", @"\bthe only one\b",
    ];

    public static TheoryData<string> Paths => [.. MarkdownPage.All.Select(static page => page.Path)];

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading_that_exist()
    {
        Assert.True(MarkdownPage.All.Sum(static page => page.Links.Count) > 50);
        Assert.Empty(
            MarkdownPage.All.SelectMany(static page => page.Links.Where(link => !Leads(page, link)).Select(link => $"{page}: {link}")));
    }

    [Fact]
    public void Every_repository_path_in_code_exists()
    {
        Assert.Empty(MarkdownPage.All.SelectMany(
            static page => page.RepositoryPaths.Where(static path => !Exists(path)).Select(path => $"{page}: {path}")));
    }

    [Fact]
    public void Every_page_is_two_links_or_less_from_the_README()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { "README.md" };
        for (var click = 0; click < 2; click++)
        {
            reached.UnionWith(MarkdownPage.All.Where(page => reached.Contains(page.Path))
                .SelectMany(static page => page.Links.Select(link => Target(page, link).Path)).ToList());
        }

        Assert.Empty(MarkdownPage.All.Select(static page => page.Path).Except(reached));
    }

    [Fact]
    public void The_README_fits_in_10_KB()
    {
        Assert.InRange(new FileInfo(Path.Combine(Repository.Root, "README.md")).Length, 1, MostBytesOfReadme);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_page_begins_with_one_sentence(string path)
    {
        Assert.Single(MarkdownPage.SentencesOf(Page(path).Beginning));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Sentences_are_short(string path)
    {
        var page = Page(path);
        var average = page.Sentences.Average(static sentence => (double)MarkdownPage.Words(sentence));
        output.WriteLine($"{page}: {page.Sentences.Count} sentences, {average:0.0} words on average");

        Assert.DoesNotContain(page.Sentences.Concat(page.CellSentences), static sentence => MarkdownPage.Words(sentence) > MostWords);
        Assert.InRange(average, 1, MostWordsOnAverage);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Sentences_are_plain_English(string path)
    {
        var page = Page(path);
        Assert.Empty(
            from sentence in page.Sentences.Concat(page.CellSentences)
            from phrase in Phrases
            where Regex.IsMatch(sentence, phrase, RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10))
            select $"{phrase}: {sentence}");
    }

    [Theory]
    [InlineData("It is no envelope. Stop.", 2, "no")]
    [InlineData("See [the page](a.md). `X` is code, 1.5 MB.", 2, null)]
    [InlineData("Who shows a token is let in.", 1, "Who")]
    public void Sentences_and_phrases_are_found(string text, int sentences, string? phrase)
    {
        var found = MarkdownPage.SentencesOf(text);

        Assert.Equal(sentences, found.Count);
        Assert.Equal(phrase is not null, found.Any(static sentence => Phrases.Any(
            phrase => Regex.IsMatch(sentence, phrase, RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)))));
    }

    [Fact]
    public void Links_anchors_and_paths_are_found()
    {
        var page = new MarkdownPage(
            "config/a.md", "# A page\n\nSee [b](../b.md#c) and `config/none.md`.\n\n## A `b`: c\n\n    run --config tests/d.conf\n\n## "
            + "A page\n\n| [t](u.md) | x |\n");

        Assert.Equal(["../b.md#c", "u.md"], page.Links);
        Assert.Equal(["a-page", "a-b-c", "a-page-1"], page.Anchors);
        Assert.Equal(["config/none.md", "tests/d.conf"], page.RepositoryPaths);
        Assert.Equal(("b.md", "c"), Target(page, "../b.md#c"));
        Assert.False(Leads(page, "../b.md#c"));
    }

    private static MarkdownPage Page(string path) =>
        MarkdownPage.All.Single(page => string.Equals(page.Path, path, StringComparison.Ordinal));

    private static bool Exists(string path) => Path.Exists(Path.Combine(Repository.Root, path));

    private static bool Leads(MarkdownPage page, string link)
    {
        var (path, anchor) = Target(page, link);
        return Exists(path) && (anchor.Length == 0 || MarkdownPage.All.Any(
            other => string.Equals(other.Path, path, StringComparison.Ordinal) && other.Anchors.Contains(anchor)));
    }

    private static (string Path, string Anchor) Target(MarkdownPage page, string link)
    {
        var parts = link.Split('#', 2);
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page.Path))!;
        var path = parts[0].Length == 0
            ? page.Path : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(folder, parts[0]))).Replace('\\', '/');
        return (path, parts.Length == 2 ? parts[1] : "");
    }
}
