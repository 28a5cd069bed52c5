using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Federation.Actors.Messages;

namespace Federation.Actors.Clustering;

/// <summary>
/// The shard region whose entities are the components in client mode: each runs on one node of the cluster, and on another when that node
/// ends.
/// </summary>
internal static class LinkRegion
{
    public const string TypeName = "federation-links";

    /// <summary>
    /// Keeps the remembered entities in memory: the nodes repeat which entities are to run. Files, and the native library that
    /// writes them, are not needed.
    /// </summary>
    public const string Hocon = "akka.cluster.sharding.distributed-data.durable.keys = []";

    /// <summary>How much longer than the drain of an entity its hand-off may take. Akka forces its end 5 s before the time is up.</summary>
    private static readonly TimeSpan HandOffMargin = TimeSpan.FromSeconds(10);

    /// <summary>Starts this node's part of the region, or a way to it where the node lacks the role.</summary>
    public static Task<IActorRef> StartAsync(ActorSystem system, ClusterSettings settings, TimeSpan drain, Func<string, Props> entity)
    {
        // It adds its defaults to the system's configuration.
        var sharding = ClusterSharding.Get(system);

        // Of this region alone: an embedder may have regions of its own.
        var config = ConfigurationFactory.ParseString(
            $"""
            role = {settings.Role}
            state-store-mode = ddata
            remember-entities = on
            remember-entities-store = ddata
            handoff-timeout = {(drain + HandOffMargin).TotalMilliseconds:0}ms
            """).WithFallback(system.Settings.Config.GetConfig("akka.cluster.sharding"));
        var region = ClusterShardingSettings.Create(config, system.Settings.Config.GetConfig("akka.cluster.singleton"));
        return sharding.StartAsync(
            TypeName,
            entity,
            region,
            new LinkExtractor(settings.Shards),
            sharding.DefaultShardAllocationStrategy(region),
            new ComponentProtocol.Drain(drain));
    }
}

/// <summary>Distributes the components by their names. Nothing is sent to them through the region except that they are to run.</summary>
internal sealed class LinkExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    /// <inheritdoc />
    public override string? EntityId(object message) => null;
}
