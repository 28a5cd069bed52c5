namespace Federation.Actors.Tests.Architecture;

/// <summary>The sources this assembly was built from.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution in it.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The library's files.</summary>
    public static IReadOnlyList<SourceFile> Library { get; } = Files("src/Federation.Actors");

    /// <summary>The test kit's files.</summary>
    public static IReadOnlyList<SourceFile> TestKit { get; } = Files("src/Federation.Actors.TestKit");

    /// <summary>The unit tests' files.</summary>
    public static IReadOnlyList<SourceFile> UnitTests { get; } = Files("tests/Federation.Actors.Tests");

    /// <summary>The files of all projects under <c>src</c>.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "src")).Order(StringComparer.Ordinal).SelectMany(Files)];

    private static IReadOnlyList<SourceFile> Files(string project)
    {
        var folder = Path.Combine(Root, project);
        return
        [
            .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path => new SourceFile(folder, path))
                .Where(file => file.Room is not "bin" and not "obj"),
        ];
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (folder.EnumerateFiles("Federation.Actors.sln").Any())
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no Federation.Actors.sln above {AppContext.BaseDirectory}");
    }
}
