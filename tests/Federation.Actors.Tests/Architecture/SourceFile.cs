using System.Text.RegularExpressions;

namespace Federation.Actors.Tests.Architecture;

/// <summary>One C# file of the repository.</summary>
internal sealed partial class SourceFile
{
    /// <param name="project">The folder of the project.</param>
    /// <param name="path">The file.</param>
    public SourceFile(string project, string path)
        : this(Path.GetRelativePath(project, path).Replace('\\', '/'), Path.GetFileName(project), File.ReadAllText(path))
    {
    }

    /// <param name="relativePath">The path inside the project, with <c>/</c>.</param>
    /// <param name="project">The project's name.</param>
    /// <param name="text">What stands in the file.</param>
    public SourceFile(string relativePath, string project, string text)
    {
        RelativePath = relativePath;
        Project = project;
        Folder = string.Join('.', [project, .. relativePath.Split('/')[..^1]]);
        Lines = text.AsSpan().Count('\n');
        Code = NotCode().Replace(text, static match => match.Value[0] == '/' ? " " : "\"\"");
        Namespace = NamespaceName().Match(Code).Groups["name"].Value;
        Types = [.. TopLevelType().Matches(Code).Select(match => match.Groups["name"].Value)];
    }

    /// <summary>The path inside the project.</summary>
    public string RelativePath { get; }

    /// <summary>The project's name, which is also the namespace of everything public in it.</summary>
    public string Project { get; }

    /// <summary>True when it declares a public type.</summary>
    public bool IsPublic => PublicTypes > 0;

    /// <summary>How many public types it declares.</summary>
    public int PublicTypes => PublicType().Count(Code);

    /// <summary>The namespace that a file in this folder belongs to.</summary>
    public string Folder { get; }

    /// <summary>The namespace that the file names; empty when it names none.</summary>
    public string Namespace { get; }

    /// <summary>The first folder inside the project; empty for a file beside the project file.</summary>
    public string Room => RelativePath.Contains('/', StringComparison.Ordinal)
        ? RelativePath[..RelativePath.IndexOf('/', StringComparison.Ordinal)] : string.Empty;

    /// <summary>Name without extension.</summary>
    public string Name => Path.GetFileNameWithoutExtension(RelativePath);

    /// <summary>Number of lines.</summary>
    public int Lines { get; }

    /// <summary>The text without comments and without what stands in its strings.</summary>
    public string Code { get; }

    /// <summary>The names of the top-level types.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <inheritdoc />
    public override string ToString() => RelativePath;

    // Interpolated strings lose the code in their holes; what these tests look for does not stand there.
    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|"{3}.*?"{3,}|@\$?"(?:[^"]|"")*"|\$@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""",
        RegexOptions.Singleline, 10_000)]
    private static partial Regex NotCode();

    [GeneratedRegex("^public ", RegexOptions.Multiline, 10_000)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex NamespaceName();

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|static|sealed|abstract|readonly|ref|partial|unsafe)\s+)*"
            + @"(?:record\s+struct|record\s+class|class|struct|interface|enum|record|delegate\s+\S+)\s+(?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex TopLevelType();
}
