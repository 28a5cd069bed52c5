namespace Federation.Actors.IntegrationTests.Dashboard;

/// <summary>The tests that share one browser, and so run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserAlone : ICollectionFixture<Browser>
{
    /// <summary>Of the collection.</summary>
    public const string Name = "one browser";
}
