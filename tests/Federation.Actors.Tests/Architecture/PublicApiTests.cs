using Federation.Actors.TestKit;
using Federation.Hocon;
using PublicApiGenerator;

namespace Federation.Actors.Tests.Architecture;

/// <summary>What is public is a promise; a change of it is made on purpose.</summary>
public sealed class PublicApiTests
{
    /// <remarks>To approve a change, run the tests with APPROVE_API=1 and look at what has changed in the file.</remarks>
    [Theory]
    [InlineData(typeof(FederationOptions), "PublicApi.approved.txt")]
    [InlineData(typeof(FederationTestKit), "PublicApi.TestKit.approved.txt")]
    [InlineData(typeof(HoconParser), "PublicApi.Hocon.approved.txt")]
    public async Task The_public_API_is_the_one_that_was_approved(Type any, string approved)
    {
        var api = any.Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
            .ReplaceLineEndings("\n") + "\n";
        var file = Path.Combine(Repository.Root, "tests/Federation.Actors.Tests/Architecture", approved);
        if (Environment.GetEnvironmentVariable("APPROVE_API") is { Length: > 0 })
        {
            await File.WriteAllTextAsync(file, api);
        }

        Assert.Equal(await File.ReadAllTextAsync(file), api);
    }
}
