using Federation.Actors.IntegrationTests.Chaos;
using Federation.Actors.IntegrationTests.Dashboard;
using Federation.Actors.IntegrationTests.Program;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Federation.Actors.IntegrationTests.Support.LongestFirst", "Federation.Actors.IntegrationTests")]

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>Starts the collections that take longest first, so that none of them is still at it when all others are done.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = [
        BrowserAlone.Name, nameof(ChaosTests), DemoTests.Folder, "TopologyTests", "CommandTests", "PrometheusTests"];

    /// <inheritdoc />
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(static collection => Array.FindIndex(
            Long, name => collection.DisplayName.Contains(name, StringComparison.Ordinal)) is >= 0 and var place ? place : Long.Length);
}
