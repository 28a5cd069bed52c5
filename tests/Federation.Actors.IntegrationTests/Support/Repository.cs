namespace Federation.Actors.IntegrationTests.Support;

/// <summary>The checkout these tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its top folder.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The full path of one of its files.</summary>
    public static string File(string path) => Path.Combine(Root, path);

    private static string Find(DirectoryInfo folder) => folder.EnumerateFiles("*.sln").Any() ? folder.FullName
        : Find(folder.Parent ?? throw new InvalidOperationException("These tests do not lie in a checkout."));
}
