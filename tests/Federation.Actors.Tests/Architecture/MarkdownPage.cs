using System.Text.RegularExpressions;

namespace Federation.Actors.Tests.Architecture;

/// <summary>One Markdown page of the repository: its links, anchors and sentences.</summary>
internal sealed partial class MarkdownPage
{
    private readonly List<string> _blocks = [];
    private readonly List<string> _cells = [];
    private readonly List<string> _code = [];
    private readonly List<(string Language, string Text)> _fences = [];

    /// <param name="path">The path inside the repository, with <c>/</c>.</param>
    /// <param name="text">The content of the page.</param>
    public MarkdownPage(string path, string text)
    {
        Path = path;
        Read(text.Split('\n'));
    }

    /// <summary>All pages that belong to the repository.</summary>
    public static IReadOnlyList<MarkdownPage> All { get; } =
        [.. Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            .Select(static path => System.IO.Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(static path => !path.Split('/').Any(
                static part => part is "bin" or "obj" or "node_modules" or "artifacts" or ".run" or ".git"))
            .Order(StringComparer.Ordinal)
            .Select(static path => new MarkdownPage(path, File.ReadAllText(System.IO.Path.Combine(Repository.Root, path))))];

    public string Path { get; }

    /// <summary>The targets of relative links.</summary>
    public IReadOnlyList<string> Links =>
        [.. _blocks.Concat(_cells).SelectMany(static text => Link().Matches(text)).Select(static link => link.Groups["target"].Value)
        .Where(static target => !target.Contains("://", StringComparison.Ordinal))];

    /// <summary>The anchors of the headings, as GitHub and other hosts name them.</summary>
    public List<string> Anchors { get; } = [];

    /// <summary>Paths in code that start with a folder of the repository.</summary>
    public IEnumerable<string> RepositoryPaths =>
        _blocks.Concat(_cells).SelectMany(static text => CodeSpan().Matches(text)).Select(static span => span.Value)
        .Concat(_code).SelectMany(static code => RepositoryPath().Matches(code)).Select(static path => path.Value);

    /// <summary>The blocks of code between fences, with the language that the first fence names.</summary>
    public IReadOnlyList<(string Language, string Text)> Fences => _fences;

    /// <summary>The sentences of paragraphs and lists.</summary>
    public IReadOnlyList<string> Sentences => [.. _blocks.SelectMany(SentencesOf)];

    /// <summary>The sentences in tables.</summary>
    public IReadOnlyList<string> CellSentences => [.. _cells.SelectMany(SentencesOf)];

    /// <summary>The first paragraph.</summary>
    public string Beginning => _blocks.FirstOrDefault() ?? "";

    public static int Words(string sentence) =>
        sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Count(static word => word.Any(char.IsLetterOrDigit));

    public static IReadOnlyList<string> SentencesOf(string block) =>
        [.. SentenceEnd().Split(Plain(block)).Where(static sentence => Words(sentence) > 0)];

    public override string ToString() => Path;

    /// <summary>The text without markup; each piece of code counts as one word.</summary>
    private static string Plain(string text) =>
        Link().Replace(CodeSpan().Replace(text, "Code"), "${text}").Replace("**", "", StringComparison.Ordinal);

    private void Read(string[] lines)
    {
        var block = "";
        var isFenced = false;
        foreach (var line in lines.Append(""))
        {
            var isFence = line.StartsWith("```", StringComparison.Ordinal);
            var isIndented = line.StartsWith("    ", StringComparison.Ordinal);
            if (!isFenced && !isFence && !isIndented && IsProse(line))
            {
                if (ListItem().IsMatch(line))
                {
                    End(ref block);
                }

                block += " " + ListItem().Replace(line, "").Trim();
                continue;
            }

            End(ref block);
            if (isFence)
            {
                isFenced = !isFenced;
                if (isFenced)
                {
                    _fences.Add((line.TrimStart('`'), ""));
                }
            }
            else if (isFenced || isIndented)
            {
                _code.Add(line);
                if (isFenced)
                {
                    _fences[^1] = (_fences[^1].Language, $"{_fences[^1].Text}{line}\n");
                }
            }
            else if (line.StartsWith('|'))
            {
                _cells.AddRange(Cell().Split(line).Select(static cell => cell.Trim()).Where(static cell => cell.Length > 0));
            }
            else if (line.StartsWith('#'))
            {
                AddAnchor(Plain(line.TrimStart('#').Trim().Replace("`", "", StringComparison.Ordinal)));
            }
        }
    }

    private static bool IsProse(string line) => line.Trim().Length > 0 && line[0] is not ('|' or '#');

    private void End(ref string block)
    {
        if (block.Length > 0)
        {
            _blocks.Add(block.Trim());
        }

        block = "";
    }

    private void AddAnchor(string heading)
    {
        var anchor = NotInAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');
        var before = Anchors.Count(known => string.Equals(known, anchor, StringComparison.Ordinal)
            || (known.StartsWith(anchor + "-", StringComparison.Ordinal) && known[(anchor.Length + 1)..].All(char.IsAsciiDigit)));
        Anchors.Add(before == 0 ? anchor : $"{anchor}-{before}");
    }

    [GeneratedRegex(@"\[(?<text>[^\]\n]*)\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]+`", RegexOptions.None, 10_000)]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"(?<![\w./\-])(?:src|tests|config|hocon|\.ci)/[\w./\-]*[\w/]", RegexOptions.None, 10_000)]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"(?<!\\)\|", RegexOptions.None, 10_000)]
    private static partial Regex Cell();

    [GeneratedRegex(@"^\s{0,3}(?:[*-]|\d+\.)\s+", RegexOptions.None, 10_000)]
    private static partial Regex ListItem();

    [GeneratedRegex(@"(?<=[.!?][""')]*)\s+(?=[A-Z0-9""'(\[])", RegexOptions.None, 10_000)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]", RegexOptions.None, 10_000)]
    private static partial Regex NotInAnchor();
}
