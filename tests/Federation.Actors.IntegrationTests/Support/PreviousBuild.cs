namespace Federation.Actors.IntegrationTests.Support;

/// <summary>
/// The programs as they were one commit ago. <c>./run.sh test</c> builds them; FEDERATION_PREVIOUS names a folder with others to compare
/// with.
/// </summary>
internal static class PreviousBuild
{
    private const string Variable = "FEDERATION_PREVIOUS";

    /// <summary>The path of one of them.</summary>
    /// <param name="name">As <c>federation</c>.</param>
    public static string File(string name)
    {
        var folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
            ? given : Repository.File("artifacts/previous/programs");
        var file = Path.Combine(folder, name);
        Assert.True(
            System.IO.File.Exists(file),
            $"There is no {file} to compare with. './run.sh test' builds what was there one commit ago, for which it needs the history "
                + $"of the repository; where that is not at hand, {Variable} names a folder with the published programs of another "
                + "version.");
        return file;
    }
}
