using Federation.Actors.Hosting;
using PublicApiGenerator;

namespace Federation.Actors.Tests.Architecture;

/// <summary>What is public is a promise; a change of it is made on purpose.</summary>
public sealed class PublicApiTests
{
    private const string Approved = "tests/Federation.Actors.Tests/Architecture/PublicApi.approved.txt";

    /// <remarks>To approve a change, run the tests with APPROVE_API=1 and look at what has changed in the file.</remarks>
    [Fact]
    public async Task The_public_API_is_the_one_that_was_approved()
    {
        var api = typeof(FederationOptions).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        var file = Path.Combine(Repository.Root, Approved);
        if (Environment.GetEnvironmentVariable("APPROVE_API") is { Length: > 0 })
        {
            await File.WriteAllTextAsync(file, api);
        }

        Assert.Equal(await File.ReadAllTextAsync(file), api);
    }
}
