namespace Federation.Actors.IntegrationTests.Support;

/// <summary>Programs that tests run beside ours.</summary>
internal static class Tool
{
    /// <summary>The trait of tests that <c>./run.sh test</c> leaves out where the program of that name is missing.</summary>
    public const string Needs = nameof(Needs);

    // Debian installs servers among the administrator's programs, which an ordinary user's PATH leaves out.
    private static readonly string[] ExtraFolders = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin"];

    /// <summary>The path of the first of these programs that this machine has; null when it has none.</summary>
    public static string? Find(params ReadOnlySpan<string> names)
    {
        var path = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        foreach (var name in names)
        {
            if (path.Concat(ExtraFolders).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
