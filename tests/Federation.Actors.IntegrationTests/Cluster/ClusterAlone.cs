namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>
/// The tests of clusters, which run when no others do: members that get no processor are taken for dead. <c>./run.sh test</c> finds them by
/// their trait and runs them beside tests of a lower priority.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusterAlone : ICollectionFixture<ClusterFixture>
{
    /// <summary>Of the collection.</summary>
    public const string Name = "a cluster alone";
}
