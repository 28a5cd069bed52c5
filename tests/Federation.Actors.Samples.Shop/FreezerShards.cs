using Akka.Cluster.Sharding;

namespace Federation.Actors.Samples.Shop;

/// <summary>Which freezer a message is for, and in which of ten shards that is.</summary>
internal sealed class FreezerShards() : HashCodeMessageExtractor(10)
{
    /// <inheritdoc />
    public override string? EntityId(object message) => (message as Freezer.Message)?.Name;
}
