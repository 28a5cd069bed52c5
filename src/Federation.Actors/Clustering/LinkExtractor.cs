using Akka.Cluster.Sharding;

namespace Federation.Actors.Clustering;

/// <summary>Divides the components by their names. Nothing is sent to them by way of the region but that they are to run.</summary>
internal sealed class LinkExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    /// <inheritdoc />
    public override string? EntityId(object message) => null;
}
